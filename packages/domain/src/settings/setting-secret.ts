import type { EntityManager } from '@mikro-orm/postgresql';
import type { SettingName } from '@apigate/contract';
import type { DomainSecrets } from '../context.ts';
import { openSecret } from '../secret-box.ts';
import { Setting } from './setting.ts';

/** The purpose under which secret settings are sealed. */
export const settingSecretPurpose = 'setting';

/** The value of a secret setting, for who needs it to work with; null when it is not set. */
export async function readSecretSetting(
  em: EntityManager,
  secrets: DomainSecrets,
  name: SettingName,
): Promise<string | null> {
  const row = await em.findOne(Setting, { name });
  if (row === null || row.value === '') return null;
  return openSecret(secrets.encryptionKey, settingSecretPurpose, String(row.value)) || null;
}
