import { useEffect, useRef, type ReactNode } from 'react';
import { Skeleton } from './skeleton.tsx';
import { VisuallyHidden } from './visually-hidden.tsx';
import { classNames } from './class-names.ts';
import styles from './table.module.css';

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Width of the column; columns without one share what is left. */
  widthPx?: number;
  align?: 'end';
  /** On a phone a row is a card: its title, its fields in order, its actions in the corner. */
  phone?: 'title' | 'field' | 'hidden' | 'actions';
  /** Below this width of the table, in pixels, the column gives way. */
  leaves?: 'below-720' | 'below-960';
}

export interface TableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  /** Undefined while the rows are on their way. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  /** How many rows to hold the place of while loading. */
  pendingRows?: number;
  /** Rows that are being replaced by others step back a little. */
  isStale?: boolean;
  /** The row that has just been made. */
  newRowKey?: string | undefined;
  dimmed?: (row: Row) => boolean;
}

/**
 * A list as a table; on a phone, as cards. A link marked `data-opens-row` in a cell opens from anywhere in its row, and
 * `j` and `k` go from one such link to the next.
 */
export function Table<Row>({
  label,
  columns,
  rows,
  rowKey,
  pendingRows = 8,
  isStale,
  newRowKey,
  dimmed,
}: TableProps<Row>) {
  const ref = useRef<HTMLTableElement>(null);
  useRowKeys(ref);
  return (
    <div className={styles.frame} tabIndex={-1}>
      <table
        ref={ref}
        className={classNames(styles.table, isStale && styles.stale)}
        aria-busy={rows === undefined}
      >
        <caption>
          <VisuallyHidden>{label}</VisuallyHidden>
        </caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                data-align={column.align}
                data-leaves={column.leaves}
                style={{ width: column.widthPx }}
              >
                {column.phone === 'actions' ? (
                  <VisuallyHidden>{column.header}</VisuallyHidden>
                ) : (
                  column.header
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows === undefined
            ? Array.from({ length: pendingRows }, (_, index) => (
                <tr key={index}>
                  {columns.map((column) => (
                    <Cell key={column.id} column={column}>
                      {column.phone === 'actions' ? null : (
                        <Skeleton chars={column.phone === 'title' ? 22 : 9} />
                      )}
                    </Cell>
                  ))}
                </tr>
              ))
            : rows.map((row) => (
                <tr
                  key={rowKey(row)}
                  data-new={rowKey(row) === newRowKey || undefined}
                  data-dimmed={dimmed?.(row) || undefined}
                >
                  {columns.map((column) => (
                    <Cell key={column.id} column={column}>
                      {column.cell(row)}
                    </Cell>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<Row>({ column, children }: { column: Column<Row>; children: ReactNode }) {
  return (
    <td
      data-align={column.align}
      data-leaves={column.leaves}
      data-phone={column.phone ?? 'field'}
      data-label={column.header}
    >
      {children}
    </td>
  );
}

function useRowKeys(ref: React.RefObject<HTMLTableElement | null>): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const step = { j: 1, k: -1 }[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      if (
        event.target instanceof Element &&
        event.target.closest('input, textarea, select, dialog, [popover]')
      )
        return;
      const links = [...(ref.current?.querySelectorAll<HTMLElement>('[data-opens-row]') ?? [])];
      const row = document.activeElement?.closest('tr');
      const at = links.findIndex((link) => link.closest('tr') === row);
      links[at === -1 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [ref]);
}
