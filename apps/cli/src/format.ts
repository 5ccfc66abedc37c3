import { styleText } from 'node:util';

const nothing = '–';

/** Text, or a dash. */
export function orDash(text: string | null | undefined): string {
  return text === null || text === undefined || text === '' ? nothing : text;
}

/** Words with commas between them, or a dash. */
export function words(list: readonly string[] | null): string {
  return orDash(list?.join(', '));
}

/** `1,000`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A limit, null being none. */
export function limit(value: number | null): string {
  return value === null ? 'unlimited' : count(value);
}

/** Cents as money: `$12.50`. */
export function money(cents: number, currency: string): string {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency });
  const { maximumFractionDigits = 2 } = format.resolvedOptions();
  return format.format(cents / 10 ** maximumFractionDigits);
}

/** A time in UTC to the minute, or a dash. */
export function time(at: Date | null): string {
  return at === null ? nothing : `${at.toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

/** A time in UTC to the second, as logs have it: `2025-01-15 10:30:45`. */
export function second(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}

/** `yes` or `no`. */
export function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

/** `key=value` pairs, or a dash. */
export function pairs(entries: Readonly<Record<string, string>>): string {
  return words(Object.entries(entries).map(([key, value]) => `${key}=${value}`));
}

/** Bytes in a unit that people read. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(value, 1)) / 3));
  const scaled = value / 1000 ** power;
  return `${power === 0 ? scaled : scaled.toFixed(1)} ${units[power]}`;
}

const colours = {
  active: 'green',
  sent: 'green',
  live: 'green',
  pending: 'yellow',
  queued: 'yellow',
  kept: 'yellow',
  expired: 'yellow',
  disabled: 'yellow',
  suspended: 'red',
  replaced: 'red',
  revoked: 'red',
  failed: 'red',
} as const;

/** A state in the colour of its meaning, where colours are shown. */
export function state(value: keyof typeof colours): string {
  return styleText(colours[value], value, { stream: process.stdout });
}
