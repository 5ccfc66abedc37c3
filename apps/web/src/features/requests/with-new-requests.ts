import type { InfiniteData } from '@tanstack/react-query';
import type { Page, UsageEvent } from '@apigate/contract';

/**
 * A list with requests that came since it was asked for, those that it has already left out.
 *
 * @param rowsMax how many are kept where no page follows the first
 */
export function withNewRequests<Cursor>(
  list: InfiniteData<Page<UsageEvent>, Cursor> | undefined,
  news: readonly UsageEvent[],
  rowsMax: number,
): InfiniteData<Page<UsageEvent>, Cursor> | undefined {
  const [first, ...others] = list?.pages ?? [];
  if (list === undefined || first === undefined) return list;
  const known = new Set(list.pages.flatMap(({ data }) => data.map(({ id }) => id)));
  const fresh = news.filter(({ id }) => !known.has(id));
  if (fresh.length === 0) return list;
  const data = [...fresh, ...first.data].toSorted((a, b) => b.at.getTime() - a.at.getTime());
  // Rows at the end of the first page go only where no page follows that begins after them.
  const kept = others.length === 0 ? data.slice(0, rowsMax) : data;
  return { ...list, pages: [{ ...first, data: kept }, ...others] };
}
