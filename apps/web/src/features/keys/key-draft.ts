import type { Key, UpdateKeyInput } from '@apigate/contract';
import { formText } from '../../lib/form-text.ts';
import { wordsIn } from '../../lib/words-in.ts';

/** What a form about a key says. */
export type KeyDraft = Pick<
  Key,
  'name' | 'scopes' | 'allowedIps' | 'rateLimitPerMinute' | 'expiresAt'
>;

/** What a new key is, unless one says otherwise. */
export const newKey: KeyDraft = {
  name: '',
  scopes: [],
  allowedIps: null,
  rateLimitPerMinute: null,
  expiresAt: null,
};

/** When a key is to expire: never, as it does now, on a date, or after so many days. */
export const lifetimes = [
  { value: 'never', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'date', label: 'On a date…' },
] as const;

const dayMs = 24 * 3_600_000;

/** Reads what stands in a form about a key. @param before the key as it is, for what stays */
export function readKeyForm(form: FormData, before: KeyDraft, nowMs: number): KeyDraft {
  const addresses = wordsIn(formText(form, 'allowedIps'));
  const rateLimit = formText(form, 'rateLimit').trim();
  const ticked = form.getAll('scope').filter((scope) => typeof scope === 'string');
  return {
    name: formText(form, 'name').trim(),
    scopes: [...new Set([...ticked, ...wordsIn(formText(form, 'otherScopes'))])],
    allowedIps: addresses.length === 0 ? null : addresses,
    rateLimitPerMinute: rateLimit === '' ? null : Number(rateLimit),
    expiresAt: expiryIn(form, before, nowMs),
  };
}

function expiryIn(form: FormData, { expiresAt }: KeyDraft, nowMs: number): Date | null {
  const lifetime = formText(form, 'lifetime');
  if (lifetime === 'kept') return expiresAt;
  if (lifetime === 'date') return endOfDay(formText(form, 'date'));
  return lifetime === 'never' ? null : new Date(nowMs + Number(lifetime) * dayMs);
}

/** The last moment of a day in the time of this browser. @param day `2027-01-31` */
function endOfDay(day: string): Date {
  return new Date(`${day}T23:59:59.999`);
}

/** The first day on which a key can expire, as a date field takes it. */
export function tomorrow(nowMs: number): string {
  const day = new Date(nowMs + dayMs);
  const pad = (part: number) => String(part).padStart(2, '0');
  return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
}

/** Only what differs is sent, so that two people do not undo each other. */
export function keyChangesOf(draft: KeyDraft, key: KeyDraft): Omit<UpdateKeyInput, 'key'> {
  const before: Readonly<Record<string, unknown>> = { ...key };
  return Object.fromEntries(
    Object.entries(draft).filter(
      ([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field]),
    ),
  );
}

/**
 * What the server found wrong with a list that was typed, in a sentence that names the entry.
 *
 * @param errors messages by the path of the field, such as `allowedIps.1`
 */
export function listError(
  errors: Readonly<Record<string, string>>,
  field: 'scopes' | 'allowedIps',
  entries: readonly string[] | null,
): string | undefined {
  const path = Object.keys(errors).find((key) => key === field || key.startsWith(`${field}.`));
  if (path === undefined) return undefined;
  const entry = entries?.[Number(path.slice(field.length + 1))];
  return path === field || entry === undefined ? errors[path] : `“${entry}” ${errors[path]}.`;
}
