import type { AuditAction } from '@apigate/contract';
import { choiceParam, textParam } from '../../lib/search-param.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { auditActionText } from './audit-words.ts';

/** The filters of the audit log and the event that is open, as they stand in its address. */
export interface AuditSearch {
  action?: AuditAction;
  /** E-mail address, username, external id or id of who did it or to whom it was done. */
  user?: string;
  /** A day in UTC (`2027-01-31`), or a moment. */
  since?: string;
  /** Id of the open event. */
  event?: string;
}

/** Takes from an address what it understands and drops the rest. */
export function readAuditSearch(search: Readonly<Record<string, unknown>>): AuditSearch {
  const since = textParam(search['since']);
  return withoutUndefined<AuditSearch>({
    action: choiceParam(search['action'], Object.keys(auditActionText) as AuditAction[]),
    user: textParam(search['user']),
    since: since === undefined || Number.isNaN(Date.parse(since)) ? undefined : since,
    event: textParam(search['event']),
  });
}
