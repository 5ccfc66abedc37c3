import type { EntityManager } from '@mikro-orm/postgresql';
import type { DomainSecrets } from '../context.ts';
import { personToken } from './audit-chain.ts';

/** Takes an e-mail address out of the audit log; its digest stays in its place and the chain holds. */
export async function forgetPerson(
  em: EntityManager,
  secrets: DomainSecrets,
  address: string,
): Promise<void> {
  const token = personToken(secrets, address);
  await em.execute(
    'update audit_events set personal = personal - ?::text where jsonb_exists(personal, ?)',
    [token, token],
  );
}
