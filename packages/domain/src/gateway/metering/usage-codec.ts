import type { RefusalCode } from '@apigate/contract';
import type { UsageRecord } from '../../usage/usage-record.ts';

/** What is known of a request before it goes to the upstream. */
export type UsageAdmission = Pick<
  UsageRecord,
  | 'id'
  | 'atMs'
  | 'userId'
  | 'keyId'
  | 'planId'
  | 'routeId'
  | 'method'
  | 'path'
  | 'periodStart'
  | 'ip'
  | 'userAgent'
>;

/** What became of it. */
export type UsageOutcome = Omit<UsageRecord, keyof UsageAdmission>;

/** What a request is recorded as that the gateway was killed in the midst of; nginx's code for "no answer was sent". */
const abortedStatus = 499;

/** Takes what a frame holds; an admission and its completion share a number. */
export interface SpoolEntries {
  /** @param record of a request that was broken off, as long as nothing else is known. */
  onAdmission: (number: number, record: UsageRecord) => void;
  /** @returns the record that was admitted under a number and is completed now, if there is one. */
  takeAdmitted: (number: number) => UsageRecord | undefined;
  onRecord: (record: UsageRecord) => void;
}

const kinds = { admission: 1, completion: 2, whole: 3 } as const;
const numberBytes = 9;
const admissionBytes = 8 + 10 * 2 + 4;
const outcomeBytes = 2 + 5 * 8 + 2 + 4 + 4;
const bytesPerCharMax = 3;
/** Stands for null where a number of characters is expected. */
const none = 0xffff;
const charsMax = none - 1;
const noneLong = 0xffff_ffff;

/** Bytes that grow as they are written. Numbers are little-endian; texts stand together behind their lengths in UTF-16. */
export class UsageEncoder {
  #buffer: Buffer;
  #view: DataView;
  /** Bytes in use. */
  length = 0;

  constructor(bytes: number) {
    this.#buffer = Buffer.allocUnsafeSlow(bytes);
    this.#view = new DataView(this.#buffer.buffer);
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.length);
  }

  /** Makes room and moves past it. @returns where the room begins */
  skip(bytes: number): number {
    this.#ensure(bytes);
    const at = this.length;
    this.length += bytes;
    return at;
  }

  setUint32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  setFloat64(at: number, value: number): void {
    this.#view.setFloat64(at, value, true);
  }

  admission(number: number, admission: UsageAdmission): void {
    this.#begin(kinds.admission, number);
    this.#admission(admission);
  }

  completion(number: number, outcome: UsageOutcome): void {
    this.#begin(kinds.completion, number);
    this.#outcome(outcome);
  }

  whole(record: UsageRecord): void {
    this.#begin(kinds.whole, 0);
    this.#admission(record);
    this.#outcome(record);
  }

  #begin(kind: number, number: number): void {
    const at = this.skip(numberBytes);
    this.#view.setUint8(at, kind);
    this.#view.setFloat64(at + 1, number, true);
  }

  #admission(of: UsageAdmission): void {
    const id = cut(of.id);
    const userId = cut(of.userId);
    const keyId = cut(of.keyId);
    const planId = cut(of.planId);
    const routeId = cut(of.routeId);
    const method = cut(of.method);
    const path = cut(of.path);
    const periodStart = cut(of.periodStart);
    const ip = cut(of.ip);
    const userAgent = cut(of.userAgent);
    // One write of one text takes half the time of ten.
    const text =
      (id ?? '') +
      (userId ?? '') +
      (keyId ?? '') +
      (planId ?? '') +
      (routeId ?? '') +
      (method ?? '') +
      (path ?? '') +
      (periodStart ?? '') +
      (ip ?? '') +
      (userAgent ?? '');
    this.#ensure(admissionBytes + text.length * bytesPerCharMax);
    const view = this.#view;
    const at = this.length;
    view.setFloat64(at, of.atMs, true);
    view.setUint16(at + 8, id?.length ?? none, true);
    view.setUint16(at + 10, userId?.length ?? none, true);
    view.setUint16(at + 12, keyId?.length ?? none, true);
    view.setUint16(at + 14, planId?.length ?? none, true);
    view.setUint16(at + 16, routeId?.length ?? none, true);
    view.setUint16(at + 18, method?.length ?? none, true);
    view.setUint16(at + 20, path?.length ?? none, true);
    view.setUint16(at + 22, periodStart?.length ?? none, true);
    view.setUint16(at + 24, ip?.length ?? none, true);
    view.setUint16(at + 26, userAgent?.length ?? none, true);
    this.#text(at + 28, text);
  }

  #outcome(of: UsageOutcome): void {
    const refusalCode = cut(of.refusalCode);
    const decision = of.decision === null ? null : JSON.stringify(of.decision);
    const text = (refusalCode ?? '') + (decision ?? '');
    this.#ensure(outcomeBytes + text.length * bytesPerCharMax);
    const view = this.#view;
    const at = this.length;
    view.setUint16(at, of.status, true);
    view.setFloat64(at + 2, of.units, true);
    view.setFloat64(at + 10, of.bytesIn, true);
    view.setFloat64(at + 18, of.bytesOut, true);
    view.setFloat64(at + 26, of.latencyUs, true);
    view.setFloat64(at + 34, of.upstreamLatencyUs ?? Number.NaN, true);
    view.setUint16(at + 42, refusalCode?.length ?? none, true);
    view.setUint32(at + 44, decision?.length ?? noneLong, true);
    this.#text(at + 48, text);
  }

  /** Writes the number of bytes of a text at `at`, and behind it the text, for which there is room. */
  #text(at: number, text: string): void {
    const bytes = text === '' ? 0 : this.#buffer.write(text, at + 4, 'utf8');
    this.#view.setUint32(at, bytes, true);
    this.length = at + 4 + bytes;
  }

  #ensure(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.length);
    this.#buffer = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function cut(text: string | null): string | null {
  return text !== null && text.length > charsMax ? text.slice(0, charsMax) : text;
}

/** Reads the entries of a frame. @throws RangeError when they are not what an encoder writes */
export function decodeEntries(bytes: Buffer, entries: SpoolEntries): void {
  const cursor = new Cursor(bytes);
  while (!cursor.isAtEnd) {
    const kind = cursor.uint8();
    const number = cursor.float64();
    if (kind === kinds.admission) entries.onAdmission(number, readAdmitted(cursor));
    else if (kind === kinds.completion) {
      const record = entries.takeAdmitted(number);
      readOutcome(cursor, record);
      if (record !== undefined) entries.onRecord(record);
    } else if (kind === kinds.whole) {
      const record = readAdmitted(cursor);
      readOutcome(cursor, record);
      entries.onRecord(record);
    } else throw new RangeError(`an entry of the unknown kind ${kind}`);
  }
}

/** An admission, with the outcome of what is never completed. */
function readAdmitted(cursor: Cursor): UsageRecord {
  const atMs = cursor.float64();
  cursor.openTexts(10 * 2);
  return {
    id: cursor.text() ?? '',
    atMs,
    userId: cursor.text(),
    keyId: cursor.text(),
    planId: cursor.text(),
    routeId: cursor.text(),
    method: cursor.text() ?? '',
    path: cursor.text() ?? '',
    periodStart: cursor.text(),
    ip: cursor.text(),
    userAgent: cursor.text(),
    status: abortedStatus,
    refusalCode: null,
    units: 0,
    bytesIn: 0,
    bytesOut: 0,
    latencyUs: 0,
    upstreamLatencyUs: null,
    decision: null,
  };
}

/** Reads an outcome into the record that it belongs to, or past it. */
function readOutcome(cursor: Cursor, record: UsageRecord | undefined): void {
  const status = cursor.uint16();
  const units = cursor.float64();
  const bytesIn = cursor.float64();
  const bytesOut = cursor.float64();
  const latencyUs = cursor.float64();
  const upstreamLatencyUs = cursor.float64();
  cursor.openTexts(2 + 4);
  const refusalCode = cursor.text();
  const decision = cursor.longText();
  if (record === undefined) return;
  record.status = status;
  // Only an encoder writes here, and what it was given was one of the codes of its version.
  record.refusalCode = refusalCode as RefusalCode | null;
  record.units = units;
  record.bytesIn = bytesIn;
  record.bytesOut = bytesOut;
  record.latencyUs = latencyUs;
  record.upstreamLatencyUs = Number.isNaN(upstreamLatencyUs) ? null : upstreamLatencyUs;
  record.decision = decision === null ? null : JSON.parse(decision);
}

class Cursor {
  readonly #bytes: Buffer;
  #at = 0;
  #lengthAt = 0;
  #texts = '';
  #textAt = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#step(1));
  }

  uint16(): number {
    return this.#bytes.readUInt16LE(this.#step(2));
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.#step(4));
  }

  float64(): number {
    return this.#bytes.readDoubleLE(this.#step(8));
  }

  /** Comes to texts that stand together behind their lengths in UTF-16. @param lengthsBytes that the lengths take */
  openTexts(lengthsBytes: number): void {
    this.#lengthAt = this.#step(lengthsBytes);
    const bytes = this.uint32();
    const at = this.#step(bytes);
    if (this.#at > this.#bytes.length) throw new RangeError('a text that ends past its frame');
    this.#texts = bytes === 0 ? '' : this.#bytes.toString('utf8', at, this.#at);
    this.#textAt = 0;
  }

  text(): string | null {
    const chars = this.#bytes.readUInt16LE(this.#lengthAt);
    this.#lengthAt += 2;
    return chars === none ? null : this.#take(chars);
  }

  /** A text whose length has four bytes. */
  longText(): string | null {
    const chars = this.#bytes.readUInt32LE(this.#lengthAt);
    this.#lengthAt += 4;
    return chars === noneLong ? null : this.#take(chars);
  }

  #take(chars: number): string {
    const from = this.#textAt;
    this.#textAt += chars;
    return this.#texts.slice(from, this.#textAt);
  }

  #step(bytes: number): number {
    this.#at += bytes;
    return this.#at - bytes;
  }
}
