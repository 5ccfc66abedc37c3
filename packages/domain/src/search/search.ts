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
import type { DomainContext } from '../context.ts';
import { digestApiKey, isWellFormedApiKey } from '../keys/api-key-format.ts';
import { keysNamed } from '../keys/key-filter.ts';
import { eventsWithId, findEvents } from './find-events.ts';
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
  const isPart = q.length >= partCharsMin;
  const [users, keys, others, events] = await Promise.all([
    selectFound(ctx, ['user'], q, limit),
    findKeys(ctx, keysNamed(q, isPart ? 'part' : 'start'), limit),
    selectFound(ctx, isPart ? [...few, 'mail'] : few, q, limit),
    findEvents(ctx, q, limit),
  ]);
  return {
    isExact: false,
    data: [...users, ...keys, ...others, ...settings(ctx, q, limit), ...events],
  };
}

function alone(data: Found[]): SearchResult {
  return { isExact: data.length === 1, data };
}

/** Of these there are so few that each is looked at. */
const few = ['plan', 'route', 'upstream', 'invite'] as const;

const withIds: readonly SourceName[] = [
  'user',
  'plan',
  'route',
  'upstream',
  'invite',
  'mail',
  'request',
];

async function withId(ctx: DomainContext, id: string): Promise<Found[]> {
  const [rows, keys, events] = await Promise.all([
    selectFound(ctx, withIds, { id }, 1),
    findKeys(ctx, [['k.id = ?', id]], 1),
    eventsWithId(ctx, id),
  ]);
  return [...rows, ...keys, ...events];
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
