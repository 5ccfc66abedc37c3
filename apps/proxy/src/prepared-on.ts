import type { Queryable } from '@apigate/domain/gateway';
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';

/** What a database answers to a statement whose columns have become others since it was prepared. */
const columnsHaveChanged = '0A000';

/**
 * Has the database plan each statement only once on a connection: to plan how a key is found takes it several times as
 * long as to find it. For the few statements that are asked again and again.
 */
export function preparedOn(pool: Pool): Queryable {
  const names = new Map<string, string>();
  return {
    async query<Row extends object>(text: string, values: unknown[] = []) {
      const name = names.get(text) ?? createHash('sha256').update(text).digest('base64url');
      names.set(text, name);
      try {
        return await pool.query<Row>({ name, text, values });
      } catch (error) {
        if (!isAbout(error, columnsHaveChanged)) throw error;
        return pool.query<Row>(text, values);
      }
    },
  };
}

function isAbout(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
