import type { Page } from '@apigate/contract';

/** A list that is always whole, as a page like every other. */
export function onOnePage<T>({ data }: { data: T[] }): Page<T> {
  return { data, hasMore: false, nextCursor: null };
}
