import type { GrowingBytes } from '../../growing-bytes.ts';
import type { EncodedUsage } from './encoded-usage.ts';
import { usageFields, type FieldReader } from './usage-codec.ts';

/** Units of one user in one period. */
export interface UserUnits {
  readonly userId: string;
  readonly periodStart: string;
  units: number;
  /** All units of the user in the period, as the database has them; null as long as it was not asked. */
  storedUnits: number | null;
}

const userField = usageFields.indexOf('userId');
const periodField = usageFields.indexOf('periodStart');
const unitsField = usageFields.indexOf('units');

/** The units of usage records by user and period; records without a user have none. */
export class UnitSums implements FieldReader {
  readonly #sums: UserUnits[] = [];
  readonly #periods = new Map<string, Map<string, UserUnits>>();
  #userId: string | null = null;
  #periodStart: string | null = null;

  get all(): readonly UserUnits[] {
    return this.#sums;
  }

  /** Notes what the database has. */
  noteStored(userId: string, periodStart: string, storedUnits: number): void {
    const sum = this.#periods.get(periodStart)?.get(userId);
    if (sum !== undefined) sum.storedUnits = storedUnits;
  }

  /** Adds the units of the records from `from` up to `to`. */
  add(records: EncodedUsage, from: number, to: number): void {
    for (let at = from; at < to; at += 1) records.read(at, this);
  }

  onText(field: number, source: GrowingBytes, from: number, to: number): void {
    if (field === userField) this.#userId = source.text(from, to);
    else if (field === periodField) this.#periodStart = source.text(from, to);
  }

  onNull(field: number): void {
    if (field === userField) this.#userId = null;
    else if (field === periodField) this.#periodStart = null;
  }

  /** Units are encoded behind the user and the period. */
  onNumber(field: number, units: number): void {
    if (field !== unitsField || this.#userId === null || this.#periodStart === null) return;
    this.#add(this.#userId, this.#periodStart, units);
  }

  #add(userId: string, periodStart: string, units: number): void {
    let users = this.#periods.get(periodStart);
    if (users === undefined) {
      users = new Map();
      this.#periods.set(periodStart, users);
    }
    const sum = users.get(userId);
    if (sum !== undefined) {
      sum.units += units;
      return;
    }
    const first = { userId, periodStart, units, storedUnits: null };
    users.set(userId, first);
    this.#sums.push(first);
  }
}
