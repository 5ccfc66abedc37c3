// Types alone: every page of the app reads this file first, and the schemas would come with it.
import type { ListUsersInput } from '@apigate/contract';
import { choiceParam, textParam } from '../../lib/search-param.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { readMetadataText } from './metadata-text.ts';

/** The filters, the order and the columns of the users list, as they stand in its address. */
export interface UsersSearch extends UsersFilters {
  sort?: NonNullable<ListUsersInput['sort']>;
  order?: 'asc' | 'desc';
  /** Ids of columns, with commas between them; left out, those that everybody sees first. */
  columns?: string;
}

export interface UsersFilters extends Pick<ListUsersInput, 'q' | 'status' | 'role' | 'plan'> {
  /** Without a request for that many days. */
  inactive?: number;
  /** Made since that day, in UTC: `2026-11-01`. */
  since?: string;
  /** `tier=gold, region=eu` */
  metadata?: string;
  /** On the usage of this month: `quota_percent > 80`. */
  filter?: string;
}

/** Takes from an address what it understands and drops the rest. */
export function readUsersSearch(search: Readonly<Record<string, unknown>>): UsersSearch {
  return withoutUndefined<UsersSearch>({
    q: textParam(search['q'])?.slice(0, 100),
    status: choiceParam(search['status'], ['active', 'pending', 'suspended']),
    role: choiceParam(search['role'], ['customer', 'moderator', 'admin']),
    plan: textParam(search['plan']),
    inactive: daysParam(search['inactive']),
    since: dayParam(search['since']),
    metadata: textParam(readMetadataText(textParam(search['metadata'])) && search['metadata']),
    filter: textParam(search['filter']),
    sort: choiceParam(search['sort'], ['created_at', 'email', 'name', 'last_login_at']),
    order: choiceParam(search['order'], ['asc', 'desc']),
    columns: textParam(search['columns']),
  });
}

/** An address without the filters, for a list of all. */
export function withoutFilters({ sort, order, columns }: UsersSearch): UsersSearch {
  return withoutUndefined<UsersSearch>({ sort, order, columns });
}

export function isFiltered(search: UsersSearch): boolean {
  return Object.keys(search).length > Object.keys(withoutFilters(search)).length;
}

/** The filters as the server takes them. */
export function filterInput({
  inactive,
  since,
  metadata,
  q,
  status,
  role,
  plan,
  filter,
}: UsersFilters) {
  return withoutUndefined<UsersFilter>({
    q,
    status,
    role,
    plan,
    inactiveDays: inactive,
    createdAfter: since === undefined ? undefined : new Date(since),
    metadata: readMetadataText(metadata),
    filter,
  });
}

export type UsersFilter = Omit<ListUsersInput, 'sort' | 'order' | 'limit' | 'cursor' | 'isActive'>;

function daysParam(value: unknown): number | undefined {
  const days = Number(value);
  return Number.isInteger(days) && days >= 1 ? days : undefined;
}

function dayParam(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  return Number.isNaN(Date.parse(value)) ? undefined : value;
}
