import { GrowingBytes } from '../../growing-bytes.ts';
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

/** The fields of a record in the order in which they are encoded. */
export const usageFields = [
  'atMs',
  'id',
  'userId',
  'keyId',
  'planId',
  'routeId',
  'method',
  'path',
  'periodStart',
  'ip',
  'userAgent',
  'status',
  'units',
  'bytesIn',
  'bytesOut',
  'latencyUs',
  'upstreamLatencyUs',
  'refusalCode',
  'decision',
] as const satisfies readonly (keyof UsageRecord)[];

/** Takes the fields of a record, each by its place among `usageFields`; texts by where they are, in UTF-8. */
export interface FieldReader {
  onNumber: (field: number, value: number) => void;
  onText: (field: number, source: GrowingBytes, from: number, to: number) => void;
  onNull: (field: number) => void;
}

/** Takes the entries of a frame by where they are in there; an admission and its completion share a number. */
export interface EntryReader {
  onAdmission: (number: number, bytes: Buffer, from: number, to: number) => void;
  onCompletion: (number: number, bytes: Buffer, from: number, to: number) => void;
  onWhole: (bytes: Buffer, from: number, to: number) => void;
}

const kinds = { admission: 1, completion: 2, whole: 3 } as const;
const numberBytes = 9;
const admissionTexts = 10;
/** Before the texts: the time, their lengths in UTF-16, their bytes together. */
const admissionBytes = 8 + admissionTexts * 2 + 4;
/** Before the texts: status, five numbers, the lengths of the refusal's code and of the decision, their bytes. */
const outcomeNumbers = 5;
const outcomeBytes = 2 + outcomeNumbers * 8 + 2 + 4 + 4;
const bytesPerCharMax = 3;
/** Stands for null where a number of characters is expected. */
const none = 0xffff;
const charsMax = none - 1;
const noneLong = 0xffff_ffff;

/** Encodes entries. Numbers are little-endian; texts stand together behind their lengths in UTF-16. */
export class UsageEncoder extends GrowingBytes {
  /** Makes room and moves past it. @returns where the room begins */
  skip(bytes: number): number {
    this.ensure(bytes);
    const at = this.length;
    this.length += bytes;
    return at;
  }

  setUint32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  setFloat64(at: number, value: number): void {
    this.view.setFloat64(at, value, true);
  }

  admission(number: number, admission: UsageAdmission): void {
    this.#begin(kinds.admission, number);
    this.admissionPart(admission);
  }

  completion(number: number, outcome: UsageOutcome): void {
    this.#begin(kinds.completion, number);
    this.outcomePart(outcome);
  }

  whole(record: UsageRecord): void {
    this.#begin(kinds.whole, 0);
    this.admissionPart(record);
    this.outcomePart(record);
  }

  #begin(kind: number, number: number): void {
    const at = this.skip(numberBytes);
    this.view.setUint8(at, kind);
    this.view.setFloat64(at + 1, number, true);
  }

  admissionPart(of: UsageAdmission): void {
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
    this.ensure(admissionBytes + text.length * bytesPerCharMax);
    const view = this.view;
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

  outcomePart(of: UsageOutcome): void {
    const refusalCode = cut(of.refusalCode);
    const decision = of.decision === null ? null : JSON.stringify(of.decision);
    const text = (refusalCode ?? '') + (decision ?? '');
    this.ensure(outcomeBytes + text.length * bytesPerCharMax);
    const view = this.view;
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
    const bytes = text === '' ? 0 : this.buffer.write(text, at + 4, 'utf8');
    this.view.setUint32(at, bytes, true);
    this.length = at + 4 + bytes;
  }
}

function cut(text: string | null): string | null {
  return text !== null && text.length > charsMax ? text.slice(0, charsMax) : text;
}

/** Reads the entries of a frame. @throws RangeError when they are not what an encoder writes */
export function readEntries(bytes: Buffer, entries: EntryReader): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  while (at < bytes.length) {
    const kind = bytes[at];
    const from = at + numberBytes;
    const number = view.getFloat64(at + 1, true);
    if (kind === kinds.admission) {
      at = endOfAdmission(view, from);
      entries.onAdmission(number, bytes, from, at);
    } else if (kind === kinds.completion) {
      at = endOfOutcome(view, from);
      entries.onCompletion(number, bytes, from, at);
    } else if (kind === kinds.whole) {
      at = endOfOutcome(view, endOfAdmission(view, from));
      entries.onWhole(bytes, from, at);
    } else throw new RangeError(`an entry of the unknown kind ${kind}`);
  }
}

/** Reads the record, an admission with its outcome behind it, that begins at `at`. */
export function readRecord(source: GrowingBytes, at: number, reader: FieldReader): void {
  const { buffer, view } = source;
  reader.onNumber(0, view.getFloat64(at, true));
  const lengthsAt = at + 8;
  let chars = 0;
  for (let text = 0; text < admissionTexts; text += 1) {
    const length = view.getUint16(lengthsAt + text * 2, true);
    if (length !== none) chars += length;
  }
  const outcomeAt = endOfAdmission(view, at);
  let textAt = at + admissionBytes;
  // Where a character is a byte, nobody has to look for where the next text begins.
  const isAscii = textAt + chars === outcomeAt;
  let field = 1;
  for (let text = 0; text < admissionTexts; text += 1, field += 1) {
    const length = view.getUint16(lengthsAt + text * 2, true);
    if (length === none) reader.onNull(field);
    else {
      const end = isAscii ? textAt + length : endOfChars(buffer, textAt, length, outcomeAt);
      reader.onText(field, source, textAt, end);
      textAt = end;
    }
  }
  reader.onNumber(field, view.getUint16(outcomeAt, true));
  for (let number = 0; number < outcomeNumbers; number += 1) {
    field += 1;
    const value = view.getFloat64(outcomeAt + 2 + number * 8, true);
    if (Number.isNaN(value)) reader.onNull(field);
    else reader.onNumber(field, value);
  }
  const end = endOfOutcome(view, outcomeAt);
  const codeAt = outcomeAt + outcomeBytes;
  const codeChars = view.getUint16(outcomeAt + 42, true);
  const decisionAt = codeChars === none ? codeAt : codeAt + codeChars;
  if (codeChars === none) reader.onNull(field + 1);
  else reader.onText(field + 1, source, codeAt, decisionAt);
  if (view.getUint32(outcomeAt + 44, true) === noneLong) reader.onNull(field + 2);
  else reader.onText(field + 2, source, decisionAt, end);
}

function endOfAdmission(view: DataView, at: number): number {
  return endOfTexts(view, at + admissionBytes);
}

function endOfOutcome(view: DataView, at: number): number {
  return endOfTexts(view, at + outcomeBytes);
}

/** @param at where texts begin, behind the number of their bytes */
function endOfTexts(view: DataView, at: number): number {
  const end = at + view.getUint32(at - 4, true);
  if (end > view.byteLength) throw new RangeError('a text that ends past its frame');
  return end;
}

/** Where so many characters of UTF-16 end; those of four bytes in UTF-8 are two. */
function endOfChars(bytes: Buffer, from: number, chars: number, limit: number): number {
  let at = from;
  for (let left = chars; left > 0 && at < limit;) {
    const first = bytes[at] ?? 0;
    left -= first >= 0xf0 ? 2 : 1;
    at += first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  }
  return at;
}
