import type { AlertMeasure, Alerts, alertsInput, Parsed } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { notFound } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { quotaPeriodAt } from '../gateway/quota-period.ts';
import { usageOwner } from '../usage/usage-owner.ts';
import { callerOrNamed } from '../users/caller-or-named.ts';
import { readAlertSettings } from './alert-settings.ts';

/**
 * When a user wants to hear of their quota, and what they were told of in this period.
 *
 * @throws DomainError not_found
 */
export async function getAlerts(
  ctx: DomainContext,
  input: Parsed<typeof alertsInput>,
): Promise<Alerts> {
  const user = await usageOwner(ctx, callerOrNamed(ctx.actor, input.user));
  if (user === null) throw notFound('user');
  return alertsOf(ctx.em, user.id, ctx.now);
}

/** The same of a user who is known. */
export async function alertsOf(em: EntityManager, userId: string, now: Date): Promise<Alerts> {
  const settings = await readAlertSettings(em, userId);
  const raised: {
    measure: AlertMeasure;
    percent: number;
    units: string;
    limit: string;
    at: Date;
  }[] = await em.execute(
    `select measure, percent, units, limit_units as "limit", at from usage_alerts
       where user_id = ? and period_start = ? order by at desc, percent desc`,
    [userId, quotaPeriodAt(now.getTime()).start],
  );
  return {
    ...settings,
    raised: raised.map((row) => ({
      ...row,
      units: Number(row.units),
      limit: Number(row.limit),
      at: new Date(row.at),
    })),
  };
}
