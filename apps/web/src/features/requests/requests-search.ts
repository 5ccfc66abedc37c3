import { usageOutcomes, type UsageOutcome } from '@apigate/contract';
import { choiceParam, textParam } from '../../lib/search-param.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { RequestsFilter } from './requests-query.ts';

const idForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The filters of the request log, as they stand in its address. */
export interface RequestsSearch {
  outcome?: UsageOutcome;
  /** Id of a key. */
  key?: string;
  /** Id of a route. */
  route?: string;
  /** A day in UTC (`2027-01-31`), or a moment. */
  since?: string;
}

/** Takes from an address what it understands and drops the rest. */
export function readRequestsSearch(search: Readonly<Record<string, unknown>>): RequestsSearch {
  const since = textParam(search['since']);
  return withoutUndefined<RequestsSearch>({
    outcome: choiceParam(search['outcome'], usageOutcomes),
    key: idParam(search['key']),
    route: idParam(search['route']),
    since: since === undefined || Number.isNaN(Date.parse(since)) ? undefined : since,
  });
}

/** The filters as the server takes them. */
export function filterOf({ since, ...filters }: RequestsSearch): RequestsFilter {
  return { ...filters, ...(since !== undefined && { since: new Date(since) }) };
}

function idParam(value: unknown): string | undefined {
  const text = textParam(value);
  return text !== undefined && idForm.test(text) ? text : undefined;
}
