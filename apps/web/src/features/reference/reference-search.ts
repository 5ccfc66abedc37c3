import { textParam } from '../../lib/search-param.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

/** What of the reference is shown, as the address has it. */
export interface ReferenceSearch {
  /** Id of an operation. */
  op?: string;
  /** Words that operations are looked for by. */
  q?: string;
}

export function readReferenceSearch(search: Readonly<Record<string, unknown>>): ReferenceSearch {
  return withoutUndefined<ReferenceSearch>({
    op: textParam(search['op']),
    q: textParam(search['q']),
  });
}
