import { textParam } from '../../lib/search-param.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

/** What the invitations are narrowed by, as it stands in the address of their page. */
export interface InvitesSearch {
  /** Part of the address. */
  q?: string;
}

export function readInvitesSearch(search: Readonly<Record<string, unknown>>): InvitesSearch {
  return withoutUndefined<InvitesSearch>({ q: textParam(search['q']) });
}
