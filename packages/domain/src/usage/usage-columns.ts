import type { EncodedUsage } from '../gateway/metering/encoded-usage.ts';
import { usageFields, type FieldReader } from '../gateway/metering/usage-codec.ts';
import type { GrowingBytes } from '../growing-bytes.ts';
import { ArrayParameter } from './array-parameter.ts';

const dayMs = 86_400_000;
const timeField = usageFields.indexOf('atMs');
const numbers: ReadonlySet<(typeof usageFields)[number]> = new Set([
  'atMs',
  'status',
  'units',
  'bytesIn',
  'bytesOut',
  'latencyUs',
  'upstreamLatencyUs',
]);

/** Usage records as a statement takes them: an array for each of `usageFields`. To be filled again and again. */
export class UsageColumns implements FieldReader {
  readonly #columns = usageFields.map(
    (field) => new ArrayParameter(numbers.has(field) ? 'float8' : 'text'),
  );
  readonly #days = new Set<number>();
  #lastDay = Number.NaN;

  /** The arrays, until they are filled again. */
  get values(): Buffer[] {
    return this.#columns.map(({ value }) => value);
  }

  /** The days (UTC, `2026-11-01`) of the records. */
  get days(): string[] {
    return [...this.#days].map((day) => new Date(day * dayMs).toISOString().slice(0, 10));
  }

  /** Puts the records from `from` up to `to` in the place of what was there. */
  fill(records: EncodedUsage, from: number, to: number): void {
    for (const column of this.#columns) column.clear();
    this.#days.clear();
    this.#lastDay = Number.NaN;
    for (let at = from; at < to; at += 1) records.read(at, this);
  }

  onNumber(field: number, value: number): void {
    if (field === timeField) this.#addDay(Math.floor(value / dayMs));
    this.#columns[field]?.addNumber(value);
  }

  onText(field: number, source: GrowingBytes, from: number, to: number): void {
    this.#columns[field]?.addText(source, from, to);
  }

  onNull(field: number): void {
    this.#columns[field]?.addNull();
  }

  #addDay(day: number): void {
    if (day === this.#lastDay) return;
    this.#lastDay = day;
    this.#days.add(day);
  }
}
