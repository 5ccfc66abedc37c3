import type { EntityManager } from '@mikro-orm/postgresql';

/** A path that leads to an upstream with a GET and any key, for a first call: that of the oldest such route. */
export async function examplePath(em: EntityManager): Promise<string> {
  const [route]: { path: string }[] = await em.execute(
    `select path from routes
     where enabled and auth_required and host is null and required_scopes = '{}'
       and (methods = '{}' or 'GET' = any(methods))
     order by id limit 1`,
  );
  return route?.path.replace(/\*$/, '') ?? '/';
}
