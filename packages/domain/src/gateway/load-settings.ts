import type { Settings } from '@apigate/contract';
import type { Queryable } from '../queryable.ts';
import { settingsFromRows } from '../settings/settings-from-rows.ts';

/** The settings in force. */
export async function loadSettings(db: Queryable): Promise<Settings> {
  const { rows } = await db.query<{ name: string; value: unknown }>(
    'select name, value from settings',
  );
  return settingsFromRows(rows);
}
