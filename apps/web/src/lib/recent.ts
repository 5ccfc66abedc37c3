import type { FoundKind } from '@apigate/contract';

/** Something that was opened by name. Never a secret: of a key no more than lists show. */
export interface Recent {
  kind: FoundKind;
  id: string;
  title: string;
  detail: string | null;
}

const storageKey = 'apigate.recent';
const recentMax = 8;

/** What this person opened last, newest first. @param me their id: browsers are shared. */
export function recentOf(me: string): readonly Recent[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '');
    return isOf(stored, me) ? stored.items : [];
  } catch {
    return [];
  }
}

export function rememberRecent(me: string, { kind, id, title, detail }: Recent): void {
  const others = recentOf(me).filter((other) => other.kind !== kind || other.id !== id);
  const items = [{ kind, id, title, detail }, ...others].slice(0, recentMax);
  localStorage.setItem(storageKey, JSON.stringify({ me, items }));
}

export function forgetRecent(): void {
  localStorage.removeItem(storageKey);
}

function isOf(stored: unknown, me: string): stored is { items: Recent[] } {
  return (
    typeof stored === 'object' &&
    stored !== null &&
    'me' in stored &&
    stored.me === me &&
    'items' in stored &&
    Array.isArray(stored.items)
  );
}
