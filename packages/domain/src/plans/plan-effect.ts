import type { Parsed, PlanEffect, planEffectInput } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { limitsOf, type Limits } from '../gateway/limits.ts';
import { quotaPeriodAt } from '../gateway/quota-period.ts';
import { readSettings } from '../settings/read-settings.ts';
import { findPlan } from './find-plan.ts';

const dayMs = 86_400_000;
const daysLookedAt = 30;
const usersShownMax = 10;

interface AffectedRow {
  id: string;
  email: string;
  name: string | null;
  used: number;
  isAtQuota: boolean;
  unitsPastQuota: number;
  requestsPastRate: number;
  usersAtQuota: number;
  usersPastQuota: number;
  allUnitsPastQuota: number;
  usersPastRate: number;
  allRequestsPastRate: number;
}

/** Limits of a plan, for those who are active and for those who are still pending. */
interface PlanLimits {
  active: Limits;
  pending: Limits;
}

/** The days looked at. */
interface Window {
  /** First day, `2026-10-23`. */
  from: string;
  /** First day of the month in which it lies: the quota of that month counts from there. */
  monthStart: string;
  /** First day of the present month. */
  periodStart: string;
}

/**
 * What other limits would do to the users of a plan, worked out from the rollups of the last 30 days. Nothing is changed.
 *
 * Counted is what was let through; what was refused then is refused still. The quota is exact where a request costs one
 * unit. Of the rate limit it is a least: an hour lets through no more than 60 times the limit and the burst, and what
 * came beyond that would have been refused; shorter bursts do not show in the rollups. A request may be past both.
 *
 * @throws DomainError not_found
 */
export async function planEffect(
  ctx: DomainContext,
  input: Parsed<typeof planEffectInput>,
): Promise<PlanEffect> {
  authorize(ctx.actor, 'plans.effect');
  const { em, now } = ctx;
  const { plan: asked, ...given } = input;
  const plan = await findPlan(em, asked);
  const settings = await readSettings(em);
  const changes = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  const limitsWith = (fields: object): PlanLimits => {
    const { requestsPerMonth, rateLimitPerMinute, burst, enforcement } = plan;
    const limits = { requestsPerMonth, rateLimitPerMinute, burst, enforcement, ...fields };
    return {
      active: limitsOf({ status: 'active' }, limits, settings),
      pending: limitsOf({ status: 'pending' }, limits, settings),
    };
  };
  const from = new Date(now.getTime() - daysLookedAt * dayMs).toISOString().slice(0, 10);
  const window: Window = {
    from,
    monthStart: quotaPeriodAt(Date.parse(from)).start,
    periodStart: quotaPeriodAt(now.getTime()).start,
  };
  const measure = { em, planId: plan.id, window, isPerKey: settings['ratelimit.scope'] === 'key' };
  const [present, proposed] = [limitsWith({}), limitsWith(changes)];
  const proposedRows = await affectedBy(measure, proposed);
  const [{ users = 0 } = {}]: { users?: number }[] = await em.execute(
    'select count(*)::float8 as users from users where plan_id = ?',
    [plan.id],
  );
  return {
    plan: { id: plan.id, slug: plan.slug, name: plan.name },
    userCount: users,
    firstDay: from,
    lastDay: now.toISOString().slice(0, 10),
    present: { ...present.active, ...totals(await affectedBy(measure, present)) },
    proposed: { ...proposed.active, ...totals(proposedRows) },
    mostAffected: proposedRows.map(
      ({ id, email, name, used, isAtQuota, unitsPastQuota, requestsPastRate }) => ({
        user: { id, email, name },
        used,
        isAtQuota,
        unitsPastQuota,
        requestsPastRate,
      }),
    ),
  };
}

function totals([row]: readonly AffectedRow[]) {
  return {
    usersAtQuota: row?.usersAtQuota ?? 0,
    usersPastQuota: row?.usersPastQuota ?? 0,
    unitsPastQuota: row?.allUnitsPastQuota ?? 0,
    usersPastRate: row?.usersPastRate ?? 0,
    requestsPastRate: row?.allRequestsPastRate ?? 0,
  };
}

interface Measure {
  em: EntityManager;
  planId: string;
  window: Window;
  /** Whether each key has a bucket of its own. */
  isPerKey: boolean;
}

/** The users whom limits touch, most first, each with the totals of all. */
async function affectedBy(
  { em, planId, window, isPerKey }: Measure,
  { active, pending }: PlanLimits,
): Promise<AffectedRow[]> {
  const ofStatus = `case when status = 'pending' then ?::bigint else ?::bigint end`;
  const bucket = isPerKey ? 'user_id, key_id' : 'user_id';
  // Events that were sent in, and seen by no proxy, have no key. A day that is within what an hour lets through has no
  // hour beyond it.
  const letThrough = `outcome <> 'refused' and key_id is not null`;
  const perHour = ({ rateLimitPerMinute: rate, burst }: Limits) =>
    rate === null ? null : 60 * rate + (burst ?? rate);
  return em.execute(
    `with limited as (
      select id, email, name, ${ofStatus} as quota, ${ofStatus} as per_hour from users where plan_id = ?
    ), months as (
      select d.user_id, sum(d.units) as total, coalesce(sum(d.units) filter (where d.day < ?), 0) as before
      from usage_days d join limited l on l.id = d.user_id
      where d.day >= ? and l.quota is not null
      group by d.user_id, date_trunc('month', d.day)
    ), past_quota as (
      select m.user_id, sum(greatest(0, m.total - greatest(l.quota, m.before))) as units
      from months m join limited l on l.id = m.user_id group by 1
    ), busy_days as (
      select d.user_id, d.day, l.per_hour from usage_days d join limited l on l.id = d.user_id
      where d.day >= ? and ${letThrough} group by 1, 2, 3 having sum(d.requests) > l.per_hour
    ), busy_hours as (
      select h.user_id, sum(h.requests) - b.per_hour as requests
      from busy_days b join usage_hours h on h.user_id = b.user_id
        and h.hour >= b.day::timestamp at time zone 'UTC' and h.hour < (b.day + 1)::timestamp at time zone 'UTC'
      where ${letThrough} group by ${bucket.replaceAll(/\w+_id/g, 'h.$&')}, h.hour, b.per_hour having sum(h.requests) > b.per_hour
    ), past_rate as (
      select user_id, sum(requests) as requests from busy_hours group by 1
    ), affected as (
      select l.id, l.email, l.name, coalesce(q.units, 0)::float8 as used,
        coalesce(q.units >= l.quota, false) as at_quota,
        coalesce(p.units, 0)::float8 as units, coalesce(r.requests, 0)::float8 as requests
      from limited l left join quota_periods q on q.user_id = l.id and q.period_start = ?
      left join past_quota p on p.user_id = l.id left join past_rate r on r.user_id = l.id
    )
    select id, email, name, used, at_quota as "isAtQuota", units as "unitsPastQuota", requests as "requestsPastRate",
      (count(*) filter (where at_quota) over ())::float8 as "usersAtQuota",
      (count(*) filter (where units > 0) over ())::float8 as "usersPastQuota",
      sum(units) over () as "allUnitsPastQuota",
      (count(*) filter (where requests > 0) over ())::float8 as "usersPastRate",
      sum(requests) over () as "allRequestsPastRate"
    from affected where at_quota or units > 0 or requests > 0
    order by units + requests desc, used desc, id limit ?`,
    [
      ...[pending.requestsPerMonth, active.requestsPerMonth, perHour(pending), perHour(active)],
      ...[planId, window.from, window.monthStart, window.from, window.periodStart, usersShownMax],
    ],
  );
}
