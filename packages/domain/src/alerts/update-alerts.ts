import type { Alerts, AlertSettings, Parsed, updateAlertsInput } from '@apigate/contract';
import { authorize, authorizeOn } from '../access/authorize.ts';
import { changedValues } from '../audit/changed-values.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { callerOrNamed } from '../users/caller-or-named.ts';
import { findUser } from '../users/find-user.ts';
import { arrayText, readAlertSettings } from './alert-settings.ts';
import { alertsOf } from './get-alerts.ts';

/**
 * Changes the thresholds that are given, from now on: what was told of in this period is not told again.
 *
 * @throws DomainError not_found, forbidden
 */
export async function updateAlerts(
  ctx: DomainContext,
  { user: named, ...changes }: Parsed<typeof updateAlertsInput>,
): Promise<Alerts> {
  authorize(ctx.actor, 'alerts.update');
  return ctx.em.transactional(async (em) => {
    const user = await findUser(em, callerOrNamed(ctx.actor, named));
    authorizeOn(ctx.actor, 'alerts.update', user, 'users.read', 'user');
    const before = await readAlertSettings(em, user.id);
    const after: AlertSettings = {
      quotaPercents: (changes.quotaPercents ?? before.quotaPercents).toSorted((a, b) => a - b),
      forecastPercents: (changes.forecastPercents ?? before.forecastPercents).toSorted(
        (a, b) => a - b,
      ),
      email: changes.email ?? before.email,
    };
    await em.execute(
      `insert into usage_alert_settings (user_id, quota_percents, forecast_percents, email)
       values (?, ?, ?, ?)
       on conflict (user_id) do update set quota_percents = excluded.quota_percents,
         forecast_percents = excluded.forecast_percents, email = excluded.email`,
      [user.id, arrayText(after.quotaPercents), arrayText(after.forecastPercents), after.email],
    );
    const changed = changedValues({ ...before }, { ...after });
    if (changed !== null) {
      await recordAudit(ctx, em, {
        action: 'alerts.updated',
        target: { kind: 'user', id: user.id, label: user.email },
        ...changed,
      });
    }
    return alertsOf(em, user.id, ctx.now);
  });
}
