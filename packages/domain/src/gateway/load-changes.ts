import type { Queryable } from '../queryable.ts';

/** The channel on which the database tells of each change as `kind:id`. */
export const changeChannel = 'apigate_changes';

/** What changed: a row of that kind was made, altered or removed. */
export interface Change {
  kind: 'user' | 'key' | 'plan' | 'route' | 'upstream' | 'setting';
  id: string;
}

/** A change as the log has it. */
export interface LoggedChange extends Change {
  /** Its place in the log. */
  seq: number;
}

/** Changes and the mark to ask with next time. */
export interface ChangePage {
  changes: LoggedChange[];
  mark: string;
}

/** Reads a notification of {@link changeChannel}. */
export function parseChange(payload: string): Change {
  const colon = payload.indexOf(':');
  return { kind: payload.slice(0, colon) as Change['kind'], id: payload.slice(colon + 1) };
}

/**
 * Changes since `mark`, for whoever may have missed notifications. Some may come twice, none is left out: the mark is
 * the oldest transaction that was still running, so one that commits late is seen by the next call.
 *
 * @param mark of the page before; null for the present, without changes.
 */
export async function loadChanges(db: Queryable, mark: string | null): Promise<ChangePage> {
  const { rows } = await db.query<{ mark: string; changes: LoggedChange[] | null }>(
    `select pg_snapshot_xmin(pg_current_snapshot())::text as mark,
      (select json_agg(json_build_object('kind', kind, 'id', id, 'seq', seq)) from change_log
       where xid >= $1::xid8) as changes`,
    [mark ?? '9223372036854775807'],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('the database did not answer with its snapshot');
  return { changes: row.changes ?? [], mark: row.mark };
}
