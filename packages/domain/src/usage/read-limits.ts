import type { EntityManager } from '@mikro-orm/postgresql';
import { limitsOf, type Limits } from '../gateway/limits.ts';
import { readSettings } from '../settings/read-settings.ts';
import { settingsFromRows } from '../settings/settings-from-rows.ts';
import type { findUser } from '../users/find-user.ts';

/** What binds a user now. Settings are read where they have a say: for those who are pending. */
export async function readLimits(
  em: EntityManager,
  user: Awaited<ReturnType<typeof findUser>>,
): Promise<Limits> {
  const settings = user.status === 'pending' ? await readSettings(em) : settingsFromRows([]);
  return limitsOf(user, user.plan.$, settings);
}
