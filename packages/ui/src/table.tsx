import { useDeferredValue, useRef, type ReactNode } from 'react';
import { RowSelector, RowsSelector, type RowSelection } from './row-selector.tsx';
import { Skeleton } from './skeleton.tsx';
import { SortButton, type Sorting } from './sort-button.tsx';
import { useRowKeys } from './use-row-keys.ts';
import { VisuallyHidden } from './visually-hidden.tsx';
import { classNames } from './class-names.ts';
import styles from './table.module.css';

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Width of the column, where text has its usual size; columns without one share what is left. */
  widthPx?: number;
  align?: 'end';
  /** On a phone a row is a card: its title, its fields in order, its actions in the corner. */
  phone?: 'title' | 'field' | 'hidden' | 'actions';
  /** Below this width of the table, in pixels where text has its usual size, the column gives way. */
  leaves?: 'below-720' | 'below-960';
  /** What the rows are sorted by when the header is pressed, and which end comes first. */
  sorts?: { by: string; first: 'asc' | 'desc' };
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
  sorting?: Sorting;
  /** Given, rows can be selected. */
  selection?: RowSelection<Row>;
}

/**
 * A list as a table; on a phone, as cards. A link marked `data-opens-row` in a cell opens from anywhere in its row, and
 * `j` and `k` go from one such link to the next; `x` selects.
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
  sorting,
  selection,
}: TableProps<Row>) {
  const ref = useRef<HTMLTableElement>(null);
  useRowKeys(ref);
  const keys = rows?.map(rowKey) ?? [];
  const renderedRows = useRowsInTurn(rows);
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
            {selection && (
              <th scope="col" data-phone="select">
                <RowsSelector keys={keys} selection={selection} />
              </th>
            )}
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                aria-sort={ariaSort(column, sorting)}
                data-align={column.align}
                data-leaves={column.leaves}
                data-phone={column.phone ?? 'field'}
                style={{ width: column.widthPx && `${column.widthPx / 16}rem` }}
              >
                <Header column={column} sorting={sorting} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {renderedRows === undefined
            ? Array.from({ length: pendingRows }, (_, index) => (
                <tr key={index}>
                  {selection && (
                    <td data-phone="select">
                      <Skeleton chars={2} />
                    </td>
                  )}
                  {columns.map((column) => (
                    <Cell key={column.id} column={column}>
                      {column.phone === 'actions' ? null : (
                        <Skeleton chars={column.phone === 'title' ? 22 : 9} />
                      )}
                    </Cell>
                  ))}
                </tr>
              ))
            : renderedRows.map((row) => (
                <tr
                  key={rowKey(row)}
                  data-new={rowKey(row) === newRowKey || undefined}
                  data-dimmed={dimmed?.(row) || undefined}
                  data-selected={selection?.keys.has(rowKey(row)) || undefined}
                >
                  {selection && (
                    <td data-phone="select">
                      <RowSelector
                        row={row}
                        rowKey={rowKey(row)}
                        keys={keys}
                        selection={selection}
                      />
                    </td>
                  )}
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

const rowHeightPx = 52;

/** The rows that fill the window, and a moment later all: those below it cost as much again, and nobody sees them yet. */
function useRowsInTurn<Row>(rows: readonly Row[] | undefined): readonly Row[] | undefined {
  const isAll = useDeferredValue(rows !== undefined, false);
  return isAll ? rows : rows?.slice(0, Math.ceil(window.innerHeight / rowHeightPx));
}

function Header<Row>({ column, sorting }: { column: Column<Row>; sorting: Sorting | undefined }) {
  if (column.phone === 'actions') return <VisuallyHidden>{column.header}</VisuallyHidden>;
  if (!column.sorts || !sorting) return column.header;
  return (
    <SortButton sorts={column.sorts} sorting={sorting}>
      {column.header}
    </SortButton>
  );
}

function ariaSort<Row>({ sorts }: Column<Row>, sorting: Sorting | undefined) {
  if (!sorts || sorting?.by !== sorts.by) return undefined;
  return sorting.order === 'asc' ? 'ascending' : 'descending';
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
