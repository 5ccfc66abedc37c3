import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';

/** The scopes that routes in force ask for, by name: those that a key can make use of. */
export async function listScopes({ em, actor }: DomainContext): Promise<{ data: string[] }> {
  authorize(actor, 'keys.read');
  const rows: { scope: string }[] = await em.execute(
    `select distinct unnest(required_scopes) as scope from routes
    where enabled and auth_required order by scope`,
  );
  return { data: rows.map(({ scope }) => scope) };
}
