import type { EntityManager } from '@mikro-orm/postgresql';
import { Route } from './route.ts';

/** A path that leads to an upstream with a key, for a first call: that of the oldest route. */
export async function examplePath(em: EntityManager): Promise<string> {
  const route = await em.findOne(
    Route,
    { enabled: true, authRequired: true },
    { orderBy: { id: 'asc' } },
  );
  return route?.path.replace(/\*$/, '') ?? '/';
}
