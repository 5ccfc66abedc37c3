import {
  type Found,
  looksLikeId,
  type Parsed,
  type searchInput,
  type SearchResult,
  settingDefinitions,
  settingName,
} from '@apigate/contract';
import { reachOf } from '../access/authorize.ts';
import { AuditRow } from '../audit/audit-row.ts';
import { auditView } from '../audit/audit-view.ts';
import type { DomainContext } from '../context.ts';
import { digestApiKey, isWellFormedApiKey } from '../keys/api-key-format.ts';
import { keysNamed } from '../keys/key-filter.ts';
import { startPattern } from '../paging.ts';
import { findKeys } from './find-keys.ts';
import { partCharsMin, type SourceName, selectFound } from './sources.ts';

/**
 * What the caller may see of all that `q` names. An id or a whole key names one thing and is looked for as that alone;
 * of a whole key no more than the digest is looked for, and `q` itself is kept nowhere.
 */
export async function search(
  ctx: DomainContext,
  { q, limit }: Parsed<typeof searchInput>,
): Promise<SearchResult> {
  if (looksLikeId(q)) return alone(await withId(ctx, q));
  if (isWellFormedApiKey(q)) {
    const digest = digestApiKey(q, ctx.secrets.keyPepper);
    return alone(await findKeys(ctx, [['k.digest = ?', digest]], 1));
  }
  const [users, keys, others] = await Promise.all([
    selectFound(ctx, ['user'], q, limit),
    findKeys(ctx, q.length < partCharsMin ? keysNamed(q, startPattern(q)) : keysNamed(q), limit),
    selectFound(ctx, ['plan', 'route', 'upstream', 'invite'], q, limit),
  ]);
  return { isExact: false, data: [...users, ...keys, ...others, ...settings(ctx, q, limit)] };
}

function alone(data: Found[]): SearchResult {
  return { isExact: data.length === 1, data };
}

const withIds: readonly SourceName[] = ['user', 'plan', 'route', 'upstream', 'invite', 'request'];

async function withId(ctx: DomainContext, id: string): Promise<Found[]> {
  const [rows, keys, events] = await Promise.all([
    selectFound(ctx, withIds, { id }, 1),
    findKeys(ctx, [['k.id = ?', id]], 1),
    eventsOf(ctx, id),
  ]);
  return [...rows, ...keys, ...events];
}

/** Deeds in the audit log: one by its id, or those of one request to the control plane. */
async function eventsOf(ctx: DomainContext, id: string): Promise<Found[]> {
  if (reachOf(ctx.actor, 'audit.read') !== 'any') return [];
  const rows = await ctx.em.find(
    AuditRow,
    { $or: [{ id }, { requestId: id }] },
    { orderBy: { id: 'asc' }, limit: 20 },
  );
  return rows.map(auditView).map(({ id: event, message, actor }) => ({
    kind: 'event',
    id: event,
    title: message,
    detail: actor.label,
    status: null,
    user: null,
  }));
}

/** Settings are few, and known without the database. */
function settings({ actor }: DomainContext, q: string, limit: number): Found[] {
  if (reachOf(actor, 'settings.read') !== 'any') return [];
  const sought = q.toLowerCase();
  const named = settingName.options.filter((name) => name.includes(sought));
  const described = settingName.options.filter(
    (name) =>
      !named.includes(name) && settingDefinitions[name].description.toLowerCase().includes(sought),
  );
  return [...named, ...described].slice(0, limit).map((name) => ({
    kind: 'setting',
    id: name,
    title: name,
    detail: settingDefinitions[name].description,
    status: null,
    user: null,
  }));
}
