import type { ListKeysInput } from '@apigate/contract';
import { choiceParam, textParam } from '../../lib/search-param.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

/** The filters and the order of the list of all keys, as they stand in its address. */
export type KeysSearch = Pick<
  ListKeysInput,
  | 'user'
  | 'q'
  | 'prefix'
  | 'lastFour'
  | 'status'
  | 'kind'
  | 'expiresWithinDays'
  | 'unusedDays'
  | 'sort'
  | 'order'
>;

/** Takes from an address what it understands and drops the rest. */
export function readKeysSearch(search: Readonly<Record<string, unknown>>): KeysSearch {
  return withoutUndefined<KeysSearch>({
    user: textParam(search['user']),
    q: textParam(search['q']),
    prefix: textParam(search['prefix']),
    lastFour: textParam(search['lastFour']),
    status: choiceParam(search['status'], ['live', 'disabled', 'expired', 'replaced', 'revoked']),
    kind: choiceParam(search['kind'], ['key', 'basic']),
    expiresWithinDays: daysParam(search['expiresWithinDays']),
    unusedDays: daysParam(search['unusedDays']),
    sort: choiceParam(search['sort'], ['created_at', 'expires_at', 'last_used_at']),
    order: choiceParam(search['order'], ['asc', 'desc']),
  });
}

/** Whether it leaves keys out, and does not only put them in order. */
export function isFiltered(search: KeysSearch): boolean {
  return Object.keys(search).some((name) => name !== 'sort' && name !== 'order');
}

function daysParam(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}
