import type { Page } from '@apigate/contract';

/**
 * Makes a page of rows that were asked for with one more than `limit`: the extra one tells whether there are more.
 * Lists are ordered by id, newest first, so the last id shown is the cursor of the next page.
 */
export function pageOf<Row extends { id: string }>(rows: readonly Row[], limit: number): Page<Row> {
  const data = rows.slice(0, limit);
  const hasMore = rows.length > limit;
  return { data, hasMore, nextCursor: hasMore ? (data.at(-1)?.id ?? null) : null };
}

/** Text as part of a LIKE pattern: anything before it, anything after it, nothing in it special. */
export function likePattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, (special) => `\\${special}`)}%`;
}
