import type { RefObject } from 'react';
import { useShortcut } from './use-shortcut.ts';

/** `j` and `k` go from row to row of a table, to what opens each; `x` selects the row that has the focus. */
export function useRowKeys(ref: RefObject<HTMLTableElement | null>): void {
  useShortcut('j', () => move(ref.current, 1));
  useShortcut('k', () => move(ref.current, -1));
  useShortcut('x', () => {
    const row = focusedRow(ref.current);
    const box = row?.querySelector<HTMLInputElement>('input[data-selects-row]');
    if (!box) return false;
    box.click();
    return true;
  });
}

function move(table: HTMLTableElement | null, step: 1 | -1): boolean {
  const links = [...(table?.querySelectorAll<HTMLElement>('tbody [data-opens-row]') ?? [])];
  if (links.length === 0) return false;
  const row = focusedRow(table);
  // Of several tables on a page, the one that has the focus moves; while none has it, the first.
  if (!row && (document.activeElement?.closest('table') || !isFirst(table))) return false;
  const at = links.findIndex((link) => link.closest('tr') === row);
  const next = links[at === -1 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)];
  next?.focus({ preventScroll: true });
  next?.closest('tr')?.scrollIntoView({ block: 'nearest' });
  return true;
}

function focusedRow(table: HTMLTableElement | null): HTMLTableRowElement | null {
  const row = document.activeElement?.closest('tr') ?? null;
  return row && table?.tBodies[0]?.contains(row) ? row : null;
}

function isFirst(table: HTMLTableElement | null): boolean {
  return document.querySelector('table:has([data-opens-row])') === table;
}
