import type { EntityManager } from '@mikro-orm/postgresql';
import type { Queryable } from './queryable.ts';

/** What the proxy reads through its pool, read through an entity manager, hence in its transaction. */
export function queryableOf(em: EntityManager): Queryable {
  return {
    async query<Row extends object>(text: string, values: unknown[] = []) {
      const inOrder: unknown[] = [];
      const sql = text.replaceAll(/\$(\d+)/g, (_, place: string) => {
        inOrder.push(values[Number(place) - 1]);
        return '?';
      });
      const rows: Row[] = await em.execute(sql, inOrder);
      return { rows };
    },
  };
}
