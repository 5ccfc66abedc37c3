import type { ReactNode } from 'react';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import styles from './sort-button.module.css';

/** What the rows of a table are sorted by. */
export interface Sorting {
  by: string;
  order: 'asc' | 'desc';
  onChange: (by: string, order: 'asc' | 'desc') => void;
}

export interface SortButtonProps {
  sorts: { by: string; first: 'asc' | 'desc' };
  sorting: Sorting;
  children: ReactNode;
}

/** The head of a column that sorts by it, and the other way round when pressed again. */
export function SortButton({ sorts, sorting, children }: SortButtonProps) {
  const isSorted = sorting.by === sorts.by;
  const next = isSorted ? (sorting.order === 'asc' ? 'desc' : 'asc') : sorts.first;
  const Arrow = (isSorted ? sorting.order : sorts.first) === 'asc' ? IconArrowUp : IconArrowDown;
  return (
    <button
      type="button"
      className={styles.button}
      data-sorted={isSorted || undefined}
      onClick={() => sorting.onChange(sorts.by, next)}
    >
      {children}
      <Arrow aria-hidden size="0.875rem" />
    </button>
  );
}
