import styles from './row-selector.module.css';

/** Which rows of a table are selected. */
export interface RowSelection<Row> {
  keys: ReadonlySet<string>;
  onChange: (keys: ReadonlySet<string>) => void;
  /** What a row is called, for screen readers. */
  nameOf: (row: Row) => string;
}

export interface RowSelectorProps<Row> {
  row: Row;
  rowKey: string;
  /** The keys of all rows in sight, in their order. */
  keys: readonly string[];
  selection: RowSelection<Row>;
}

/** Selects one row; with Shift, all from the one that was selected before. */
export function RowSelector<Row>({ row, rowKey, keys, selection }: RowSelectorProps<Row>) {
  const isSelected = selection.keys.has(rowKey);
  return (
    <label className={styles.box}>
      <input
        type="checkbox"
        data-selects-row
        aria-label={`Select ${selection.nameOf(row)}`}
        checked={isSelected}
        onChange={({ nativeEvent }) => {
          const isRange = nativeEvent instanceof MouseEvent && nativeEvent.shiftKey;
          const touched = isRange ? upTo(rowKey, keys, selection.keys) : [rowKey];
          selection.onChange(withKeys(selection.keys, touched, !isSelected));
        }}
      />
    </label>
  );
}

/** Selects all rows in sight, or none. */
export function RowsSelector<Row>({
  keys,
  selection,
}: Omit<RowSelectorProps<Row>, 'row' | 'rowKey'>) {
  const count = keys.filter((key) => selection.keys.has(key)).length;
  const areAll = keys.length > 0 && count === keys.length;
  return (
    <label className={styles.box}>
      <input
        type="checkbox"
        aria-label="Select all rows in sight"
        checked={areAll}
        ref={(input) => {
          if (input) input.indeterminate = count > 0 && !areAll;
        }}
        onChange={() => selection.onChange(withKeys(selection.keys, keys, !areAll))}
      />
    </label>
  );
}

function withKeys(
  before: ReadonlySet<string>,
  touched: readonly string[],
  isSelected: boolean,
): ReadonlySet<string> {
  const keys = new Set(before);
  for (const key of touched) {
    if (isSelected) keys.add(key);
    else keys.delete(key);
  }
  return keys;
}

/** The keys from the one that was selected last up to `key`. */
function upTo(key: string, keys: readonly string[], selected: ReadonlySet<string>): string[] {
  const to = keys.indexOf(key);
  const from = keys.indexOf([...selected].at(-1) ?? key);
  return from === -1 ? [key] : keys.slice(Math.min(from, to), Math.max(from, to) + 1);
}
