import type { AccessRecord, listAccessInput, Page, Parsed } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { idAfter, pageOf } from '../paging.ts';
import { findUser } from '../users/find-user.ts';

/** A request as it was met: nobody has looked yet what its user is called. */
export type NewAccessRecord = Omit<AccessRecord, 'userEmail'>;

/** Stores what the control plane was asked; users that are gone by now lose their records. */
export async function storeAccessRecords(
  em: EntityManager,
  records: readonly NewAccessRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await em.execute(
    `insert into access_records
      (id, timestamp, user_id, service_key_id, method, endpoint, query, status_code, response_time, ip, request_id)
    select r.id, r.timestamp, u.id, s.id, r.method, r.endpoint, r.query, r."statusCode", r."responseTime", r.ip,
      r."requestId"
    from jsonb_to_recordset(?::jsonb) as r(id uuid, timestamp timestamptz, "userId" uuid, "serviceKey" jsonb,
      method text, endpoint text, query text, "statusCode" smallint, "responseTime" integer, ip text, "requestId" text)
    left join users u on u.id = r."userId"
    left join service_keys s on s.id = (r."serviceKey" ->> 'id')::uuid
    where r."userId" is null or u.id is not null
    on conflict do nothing`,
    [JSON.stringify(records)],
  );
}

/** Requests to the control plane, newest first. @throws DomainError not_found (user) */
export async function listAccessRecords(
  ctx: DomainContext,
  input: Parsed<typeof listAccessInput>,
): Promise<Page<AccessRecord>> {
  authorize(ctx.actor, 'audit.read');
  const conditions: string[] = [];
  const values: unknown[] = [];
  if (input.user !== undefined) {
    conditions.push('user_id = ?');
    values.push((await findUser(ctx.em, input.user)).id);
  }
  const after = idAfter(input.cursor);
  if (after !== undefined) {
    conditions.push('r.id < ?');
    values.push(after);
  }
  const rows: AccessRecord[] = await ctx.em.execute(
    `select r.id, timestamp, user_id as "userId", u.email as "userEmail",
      case when s.id is not null then jsonb_build_object('id', s.id, 'name', s.name) end as "serviceKey",
      method, endpoint, query, status_code as "statusCode", response_time as "responseTime", ip,
      request_id as "requestId"
    from access_records r
    left join users u on u.id = user_id
    left join service_keys s on s.id = service_key_id
    ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
    order by r.id desc limit ?`,
    [...values, input.limit + 1],
  );
  return pageOf(
    rows.map((row) => ({ ...row, timestamp: new Date(row.timestamp) })),
    input.limit,
  );
}
