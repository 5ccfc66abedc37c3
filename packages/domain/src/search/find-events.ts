import type { Found } from '@apigate/contract';
import { reachOf } from '../access/authorize.ts';
import { AuditRow } from '../audit/audit-row.ts';
import { auditView, deeds } from '../audit/audit-view.ts';
import type { DomainContext } from '../context.ts';

/** Deeds in the audit log: one by its id, or those of one request to the control plane. */
export async function eventsWithId(ctx: DomainContext, id: string): Promise<Found[]> {
  if (reachOf(ctx.actor, 'audit.read') !== 'any') return [];
  const rows = await ctx.em.find(
    AuditRow,
    { $or: [{ id }, { requestId: id }] },
    { orderBy: { id: 'asc' }, limit: 20 },
  );
  return rows.map(foundEvent);
}

/** The last deeds that are called so, and those that were done to the user, or the setting, that is called just so. */
export async function findEvents(ctx: DomainContext, q: string, limit: number): Promise<Found[]> {
  const { em, actor } = ctx;
  if (reachOf(actor, 'audit.read') !== 'any') return [];
  const sought = q.toLowerCase();
  const actions = Object.entries(deeds).flatMap(([action, deed]) =>
    action.includes(sought) || deed.toLowerCase().includes(sought) ? [action] : [],
  );
  const rows: { id: string }[] = await em.execute(
    `select e.id from (
      (select e.id from jsonb_array_elements_text(?::jsonb) a(action) cross join lateral
        (select id from audit_events where action = a.action order by id desc limit ?) e)
      union
      (select id from audit_events where target_id in (
        select id::text from users where email = ? or username = ? or external_id = ?
        union all select ?) order by seq desc limit ?)
    ) e order by e.id desc limit ?`,
    [JSON.stringify(actions), limit, sought, sought, q, q, limit, limit],
  );
  const events = await em.find(
    AuditRow,
    { id: { $in: rows.map(({ id }) => id) } },
    { orderBy: { id: 'desc' } },
  );
  return events.map(foundEvent);
}

function foundEvent(row: AuditRow): Found {
  const { id, action, target, actor } = auditView(row);
  const subject = target?.label ?? target?.id;
  return {
    kind: 'event',
    id,
    title: subject == null ? deeds[action] : `${deeds[action]}: ${subject}`,
    detail: actor.label,
    status: null,
    user: null,
  };
}
