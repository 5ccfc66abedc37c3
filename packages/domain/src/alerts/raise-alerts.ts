import { defaultAlertSettings, type AlertMeasure, type PlanEnforcement } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { dependableForecastOf, recentDays } from '../analytics/forecast.ts';
import { dayMs } from '../analytics/range.ts';
import type { DomainContext } from '../context.ts';
import { quotaPeriodAt, type QuotaPeriod } from '../gateway/quota-period.ts';
import { enqueueMails } from '../mail/enqueue-mail.ts';
import { readSettings } from '../settings/read-settings.ts';
import { quotaLimit } from '../usage/quota-limit.ts';
import { quotaOf } from '../usage/quota-of.ts';
import { arrayText } from './alert-settings.ts';

/** What it takes to tell people of their quota. */
export type AlertContext = Pick<DomainContext, 'em' | 'now' | 'secrets' | 'publicUrl'>;

/** Alerts of one transaction. */
const alertsAtOnce = 100;

const limit = quotaLimit('now.pending_limit');
const present = 'cross join (select ?::bigint as pending_limit) now';
/** Users that somebody could still tell something. */
const people = `join users u on u.id = q.user_id and u.status <> 'suspended'
  join plans p on p.id = u.plan_id left join usage_alert_settings s on s.user_id = u.id ${present}`;

interface DueAlert {
  userId: string;
  percent: number;
  units: string;
  limit: string;
}

interface NewAlert {
  email: string;
  enforcement: PlanEnforcement;
  byMail: boolean;
  percent: number;
  units: string;
  limit: string;
}

/**
 * Raises the alerts of quotas that have reached a threshold: each once in a period, whoever calls this and how often, with
 * its mail in the same transaction. A limit that was changed so that the threshold lies ahead again makes it count anew.
 *
 * @returns how many were raised
 */
export async function raiseQuotaAlerts(ctx: AlertContext): Promise<number> {
  const period = quotaPeriodAt(ctx.now.getTime());
  const pendingLimit = (await readSettings(ctx.em))['pending.requests_per_month'];
  await rearm(ctx.em, period, pendingLimit);
  for (let raised = 0; ;) {
    const batch = await ctx.em.transactional(async (em) => {
      const due: DueAlert[] = await em.execute(
        `select q.user_id as "userId", t.percent, q.units, ${limit} as "limit"
         from quota_periods q ${people} cross join unnest(coalesce(s.quota_percents, ?::integer[])) as t(percent)
         where q.period_start = ? and q.units * 100 >= ${limit} * t.percent
           and not exists (
             select from usage_alerts a where a.user_id = q.user_id and a.period_start = q.period_start
               and a.measure = 'quota' and a.percent = t.percent
           )
         order by q.user_id, t.percent limit ?`,
        [pendingLimit, arrayText(defaultAlertSettings.quotaPercents), period.start, alertsAtOnce],
      );
      const alerts = await raise(em, ctx.now, period, 'quota', due);
      await mailQuota(ctx, em, period, alerts);
      return { due: due.length, raised: alerts.length };
    });
    raised += batch.raised;
    if (batch.due < alertsAtOnce) return raised;
  }
}

/**
 * Raises the alerts of quotas that will have reached a threshold by the end of the period if the last days go on, for
 * those who asked for it.
 *
 * @returns how many were raised
 */
export async function raiseForecastAlerts(ctx: AlertContext): Promise<number> {
  const { em, now } = ctx;
  const period = quotaPeriodAt(now.getTime());
  const pendingLimit = (await readSettings(em))['pending.requests_per_month'];
  const today = Math.floor(now.getTime() / dayMs) * dayMs;
  const rows: {
    userId: string;
    percents: number[];
    units: string;
    limit: string;
    recent: string | null;
    firstMs: number | null;
  }[] = await em.execute(
    `select q.user_id as "userId", s.forecast_percents as percents, q.units, ${limit} as "limit", r.units as recent,
       (extract(epoch from r.first) * 1000)::float8 as "firstMs"
     from quota_periods q ${people} cross join lateral (
       select sum(units) as units, min(day)::timestamp at time zone 'UTC' as first
       from usage_days where user_id = q.user_id and day >= ?
     ) r
     where q.period_start = ? and cardinality(s.forecast_percents) > 0 and ${limit} is not null`,
    [pendingLimit, new Date(today - recentDays * dayMs), period.start],
  );
  const due = rows.flatMap(({ userId, percents, ...row }) => {
    const used = Number(row.units);
    const forecast = dependableForecastOf({
      nowMs: now.getTime(),
      endMs: period.endMs,
      present: { requests: 0, units: used },
      quota: quotaOf(used, period, Number(row.limit)),
      recent: { requests: 0, units: Number(row.recent ?? 0), firstMs: row.firstMs },
    });
    return percents
      .filter((percent) => (forecast?.units ?? 0) * 100 >= Number(row.limit) * percent)
      .map((percent) => ({
        userId,
        percent,
        units: String(forecast?.units),
        limit: row.limit,
        full: forecast?.quotaReachedAt ?? null,
      }));
  });
  let raised = 0;
  for (let from = 0; from < due.length; from += alertsAtOnce) {
    const some = due.slice(from, from + alertsAtOnce);
    raised += await em.transactional(async (tx) => {
      const alerts = await raise(tx, now, period, 'forecast', some);
      await mailForecast(
        ctx,
        tx,
        period,
        alerts.map((alert) => ({
          ...alert,
          full: some.find(({ userId }) => userId === alert.userId)?.full ?? null,
        })),
      );
      return alerts.length;
    });
  }
  return raised;
}

/** Forgets alerts of limits that are no longer, as far as the one in force now is not at the threshold. */
async function rearm(
  em: EntityManager,
  period: QuotaPeriod,
  pendingLimit: number | null,
): Promise<void> {
  await em.execute(
    `delete from usage_alerts a using quota_periods q ${people}
     where a.period_start = ? and q.user_id = a.user_id and q.period_start = a.period_start
       and a.limit_units is distinct from ${limit}
       and (a.measure = 'forecast' or ${limit} is null or q.units * 100 < ${limit} * a.percent)`,
    [pendingLimit, period.start],
  );
}

/** Stores alerts. @returns those that nobody else has stored before, with what their mails need */
async function raise(
  em: EntityManager,
  now: Date,
  period: QuotaPeriod,
  measure: AlertMeasure,
  due: readonly DueAlert[],
): Promise<(NewAlert & { userId: string })[]> {
  if (due.length === 0) return [];
  return em.execute(
    `with raised as (
       insert into usage_alerts (user_id, period_start, measure, percent, units, limit_units, at)
       select t.user_id, ?, ?, t.percent, t.units, t.limit_units, ?
       from unnest(?::uuid[], ?::integer[], ?::bigint[], ?::bigint[]) as t(user_id, percent, units, limit_units)
       order by t.user_id, t.percent
       on conflict do nothing
       returning user_id, percent, units, limit_units
     )
     select r.user_id as "userId", r.percent, r.units, r.limit_units as "limit", u.email, p.enforcement,
       coalesce(s.email, true) as "byMail"
     from raised r join users u on u.id = r.user_id join plans p on p.id = u.plan_id
     left join usage_alert_settings s on s.user_id = u.id
     order by r.user_id, r.percent`,
    [
      period.start,
      measure,
      now,
      ...(['userId', 'percent', 'units', 'limit'] as const).map(
        (column) => `{${due.map((alert) => alert[column]).join(',')}}`,
      ),
    ],
  );
}

const dayText = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  timeZone: 'UTC',
});

async function mailQuota(
  ctx: AlertContext,
  em: EntityManager,
  period: QuotaPeriod,
  alerts: readonly NewAlert[],
): Promise<void> {
  await enqueueMails(
    ctx,
    em,
    'quota_reached',
    alerts
      .filter(({ byMail }) => byMail)
      .map((alert) => ({
        to: alert.email,
        values: {
          percent: alert.percent,
          used: Number(alert.units),
          limit: Number(alert.limit),
          resets: dayText.format(period.endMs),
          refuses: alert.enforcement === 'hard',
          link: `${ctx.publicUrl}/portal/usage`,
        },
      })),
  );
}

async function mailForecast(
  ctx: AlertContext,
  em: EntityManager,
  period: QuotaPeriod,
  alerts: readonly (NewAlert & { full: Date | null })[],
): Promise<void> {
  await enqueueMails(
    ctx,
    em,
    'quota_forecast',
    alerts
      .filter(({ byMail }) => byMail)
      .map((alert) => ({
        to: alert.email,
        values: {
          percent: alert.percent,
          expected: Number(alert.units),
          limit: Number(alert.limit),
          resets: dayText.format(period.endMs),
          full: alert.full === null ? null : dayText.format(alert.full),
          link: `${ctx.publicUrl}/portal/usage`,
        },
      })),
  );
}
