export interface Toast {
  id: number;
  text: string;
  undo?: (() => void) | undefined;
}

let current: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

/** Reports something done, for a few seconds. */
export function showToast(toast: Omit<Toast, 'id'>): void {
  lastId += 1;
  change([...current.slice(-2), { ...toast, id: lastId }]);
}

export function dismissToast(id: number): void {
  change(current.filter((toast) => toast.id !== id));
}

export function dismissAllToasts(): void {
  change([]);
}

export function toasts(): readonly Toast[] {
  return current;
}

export function subscribeToToasts(onChange: () => void): () => void {
  listeners.add(onChange);
  return () => listeners.delete(onChange);
}

function change(next: readonly Toast[]): void {
  current = next;
  for (const listener of listeners) listener();
}
