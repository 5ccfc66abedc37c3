import { textParam } from '../../lib/search-param.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

/** The filter of the access records, as it stands in their address. */
export interface AccessSearch {
  /** Who called: e-mail address, username, external id or id. */
  user?: string;
}

export function readAccessSearch(search: Readonly<Record<string, unknown>>): AccessSearch {
  return withoutUndefined<AccessSearch>({ user: textParam(search['user']) });
}
