import { oldKeyCallsMax, type KeyRotationInUse, type OldKeyUse } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { DomainContext } from '../context.ts';
import { rotationOf, rotationView } from './end-rotation.ts';
import { findKeyFor } from './find-key.ts';
import type { Key } from './key.ts';

const callersMax = 50;
const hourMs = 3_600_000;

interface UseRow {
  calls: string;
  addresses: string;
  userAgents: string;
  lastCallAt: Date | string | null;
  callers:
    | { ip: string | null; userAgent: string | null; calls: number; lastCallAt: string }[]
    | null;
}

const nobody: UseRow = {
  calls: '0',
  addresses: '0',
  userAgents: '0',
  lastCallAt: null,
  callers: null,
};

/**
 * A rotation, and who still calls with its old key.
 *
 * @throws DomainError not_found, forbidden, no_rotation
 */
export async function getRotation(
  ctx: DomainContext,
  input: { key: string },
): Promise<KeyRotationInUse> {
  const { em, actor, now } = ctx;
  const keys = await rotationOf(em, await findKeyFor(em, actor, 'usage.read', input.key));
  const use = await readUse(em, keys.old, keys.successor.createdAt);
  return { ...rotationView(keys, now), use };
}

/** Calls are counted in the rollups of whole hours, and before the first of them one by one. */
async function readUse(em: EntityManager, old: Key, since: Date): Promise<OldKeyUse> {
  const ofKey = [old.user.id, old.id];
  const firstHour = new Date(Math.ceil(since.getTime() / hourMs) * hourMs);
  const [row]: UseRow[] = await em.execute(
    `with newest as (
      select at, ip, user_agent from usage_events
      where user_id = ? and key_id = ? and at >= ? order by at desc limit ?
    ), callers as (
      select ip, user_agent as "userAgent", count(*) as calls, max(at) as "lastCallAt"
      from newest group by ip, user_agent order by max(at) desc limit ?
    )
    select (
        select count(*) from usage_events where user_id = ? and key_id = ? and at >= ? and at < ?
      ) + (
        select coalesce(sum(requests), 0) from usage_hours where user_id = ? and key_id = ? and hour >= ?
      ) as calls,
      (select count(distinct ip) from newest) as addresses,
      (select count(distinct user_agent) from newest) as "userAgents",
      (select max(at) from newest) as "lastCallAt",
      (select jsonb_agg(c order by c."lastCallAt" desc) from callers c) as callers`,
    [
      ...[...ofKey, since, oldKeyCallsMax, callersMax],
      ...[...ofKey, since, firstHour],
      ...[...ofKey, firstHour],
    ],
  );
  const { calls, addresses, userAgents, lastCallAt, callers } = row ?? nobody;
  return {
    calls: Number(calls),
    addresses: Number(addresses),
    userAgents: Number(userAgents),
    lastCallAt: lastCallAt === null ? null : new Date(lastCallAt),
    callers: (callers ?? []).map((caller) => ({
      ...caller,
      lastCallAt: new Date(caller.lastCallAt),
    })),
  };
}
