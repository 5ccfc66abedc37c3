import { GrowingBytes } from '../../growing-bytes.ts';
import type { UsageRecord } from '../../usage/usage-record.ts';
import { readRecord, UsageEncoder, usageFields, type FieldReader } from './usage-codec.ts';

const startBytes = 64 * 1024;
/** What a larger batch has taken is given back. */
const keptBytesMax = 1024 * 1024;

/** What a request is recorded as that the gateway was killed in the midst of; 499 is nginx's for "no answer was sent". */
const aborted = new UsageEncoder(64);
aborted.outcomePart({
  status: 499,
  refusalCode: null,
  units: 0,
  bytesIn: 0,
  bytesOut: 0,
  latencyUs: 0,
  upstreamLatencyUs: null,
  decision: null,
});

/**
 * Usage records as they stand in the spool, one behind the other. While a thousand of them wait for the database they
 * are nothing that garbage collection has to look at.
 */
export class EncodedUsage extends GrowingBytes {
  readonly #starts: number[] = [];

  constructor() {
    super(startBytes);
  }

  static of(records: readonly UsageRecord[]): EncodedUsage {
    const encoder = new UsageEncoder(startBytes);
    const encoded = new EncodedUsage();
    for (const record of records) {
      encoder.length = 0;
      encoder.admissionPart(record);
      encoder.outcomePart(record);
      encoded.addWhole(encoder.bytes, 0, encoder.length);
    }
    return encoded;
  }

  /** How many records there are. */
  get count(): number {
    return this.#starts.length;
  }

  /** Takes all records out. */
  clear(): void {
    this.cutTo(0);
    if (this.buffer.length > keptBytesMax) this.resize(startBytes);
  }

  /** Takes all but the first `count` records out. */
  cutTo(count: number): void {
    this.length = this.#starts[count] ?? this.length;
    this.#starts.length = Math.min(count, this.#starts.length);
  }

  /** Adds a record by its parts. @param admission its bytes as characters of Latin-1 */
  add(admission: string, bytes: Buffer, from: number, to: number): void {
    this.#starts.push(this.length);
    this.ensure(admission.length + to - from);
    this.length += this.buffer.write(admission, this.length, 'latin1');
    this.length += bytes.copy(this.buffer, this.length, from, to);
  }

  /** Adds a record that was never completed. */
  addAborted(admission: string): void {
    this.add(admission, aborted.bytes, 0, aborted.length);
  }

  addWhole(bytes: Buffer, from: number, to: number): void {
    this.add('', bytes, from, to);
  }

  /** Reads the fields of a record. */
  read(at: number, reader: FieldReader): void {
    const start = this.#starts[at];
    if (start === undefined) throw new RangeError(`there is no record ${at}`);
    readRecord(this, start, reader);
  }

  recordAt(at: number): UsageRecord {
    const record: Partial<Record<keyof UsageRecord, unknown>> = {};
    const set = (field: number, value: unknown): void => {
      const name = usageFields[field];
      if (name !== undefined) record[name] = value;
    };
    this.read(at, {
      onNumber: set,
      onText: (field, source, from, to) => set(field, source.text(from, to)),
      onNull: (field) => set(field, null),
    });
    if (typeof record.decision === 'string') record.decision = JSON.parse(record.decision);
    // Only an encoder writes what is read here, and it was given a record.
    return record as UsageRecord;
  }
}
