import { createHash } from 'node:crypto';
import { looksLikeId, type Page } from '@apigate/contract';
import { DomainError } from './errors.ts';

/** The order of most lists: by id, which is the order in which things were made. */
const byId = 'id';

/**
 * Makes a page of rows that were asked for with one more than `limit`: the extra one tells whether there are more. Its
 * cursor says where its last row stands, not how many rows came before, so that rows which come or go in between are
 * neither shown twice nor passed over.
 *
 * @param order what the list is sorted by; a cursor is good for that order alone.
 * @param placeOf the values that the list is sorted by, of one row.
 */
export function pageOf<Row extends { id: string }>(
  rows: readonly Row[],
  limit: number,
  order = byId,
  placeOf: (row: Row) => readonly string[] = ({ id }) => [id],
): Page<Row> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { data, hasMore, nextCursor: hasMore ? cursorAt(order, placeOf(last)) : null };
}

/** Where a list by id goes on. @throws DomainError bad_request */
export function idAfter(cursor: string | undefined): string | undefined {
  const [id] = placeAfter(cursor, byId) ?? [];
  return id;
}

/**
 * Where a list goes on: the values that its last row was sorted by, of which the last is its id.
 *
 * @throws DomainError bad_request where the cursor is damaged, or comes from a list in another order
 */
export function placeAfter(cursor: string | undefined, order: string): string[] | undefined {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').subarray(checkBytes).toString();
  const [madeFor, ...place] = text.split(separator);
  if (cursorOf(text) !== cursor || !looksLikeId(place.at(-1) ?? '')) {
    throw badCursor('is not one that a page ended with');
  }
  if (madeFor !== order) throw badCursor('comes from a list in another order');
  return place;
}

const checkBytes = 6;
/** Of no use in any text of ours, all of which is kept on one line. */
const separator = '\n';

function cursorAt(order: string, place: readonly string[]): string {
  return cursorOf([order, ...place].join(separator));
}

/** The check finds damage. It is no secret: a cursor shows nothing that its bearer may not see. */
function cursorOf(text: string): string {
  const check = createHash('sha256').update(`apigate:cursor:${text}`).digest();
  return Buffer.concat([check.subarray(0, checkBytes), Buffer.from(text)]).toString('base64url');
}

function badCursor(fault: string): DomainError {
  return new DomainError('bad_request', `cursor: ${fault}`, {
    errors: [{ path: 'cursor', message: fault }],
  });
}

/** Text as part of a LIKE pattern: anything before it, anything after it, nothing in it special. */
export function likePattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, (special) => `\\${special}`)}%`;
}

/** As {@link likePattern}, with nothing before it. */
export function startPattern(text: string): string {
  return likePattern(text).slice(1);
}
