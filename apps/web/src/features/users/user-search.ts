import { choiceParam } from '../../lib/search-param.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

/** The parts of the page of a user, in their order. */
export const userTabs = [
  'overview',
  'keys',
  'usage',
  'requests',
  'sessions',
  'audit',
  'metadata',
] as const;
export type UserTab = (typeof userTabs)[number];

export const userTabText = {
  overview: 'Overview',
  keys: 'Keys',
  usage: 'Usage',
  requests: 'Requests',
  sessions: 'Sessions',
  audit: 'Audit',
  metadata: 'Metadata',
} as const satisfies Record<UserTab, string>;

/** Which part is shown, as it stands in the address; the overview where it tells none; and whether a key is being made. */
export interface UserSearch {
  tab?: Exclude<UserTab, 'overview'>;
  new?: 'key';
}

export function readUserSearch(search: Readonly<Record<string, unknown>>): UserSearch {
  const tab = choiceParam(search['tab'], userTabs);
  return withoutUndefined<UserSearch>({
    tab: tab === 'overview' ? undefined : tab,
    new: choiceParam(search['new'], ['key']),
  });
}
