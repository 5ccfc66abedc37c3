import type { Settings } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { settingsFromRows } from './settings-from-rows.ts';
import { Setting } from './setting.ts';

/** The settings in force. */
export async function readSettings(em: EntityManager): Promise<Settings> {
  return settingsFromRows(await em.find(Setting, {}));
}
