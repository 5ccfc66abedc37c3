import { defaultAlertSettings, type AlertSettings } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';

/** Which thresholds a user has chosen, or those of everybody. */
export async function readAlertSettings(em: EntityManager, userId: string): Promise<AlertSettings> {
  const [row]: AlertSettings[] = await em.execute(
    `select quota_percents as "quotaPercents", forecast_percents as "forecastPercents", email
     from usage_alert_settings where user_id = ?`,
    [userId],
  );
  return row ?? defaultAlertSettings;
}

/** Numbers as PostgreSQL writes an array. */
export function arrayText(numbers: readonly number[]): string {
  return `{${numbers.join(',')}}`;
}
