import { open, readdir, stat, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { UsageRecord } from '../../usage/usage-record.ts';
import { OpenRequests } from './open-requests.ts';
import {
  frameAt,
  hasHeader,
  headerBytes,
  nextFrame,
  segmentName,
  segmentOfName,
  type Frame,
} from './segment-format.ts';
import type { SpoolPosition } from './spool-writer.ts';
import { decodeEntries, type SpoolEntries } from './usage-codec.ts';

const windowBytes = 128 * 1024;

/** Records that were completed, in the order of their completion. */
export interface UsageBatch {
  records: UsageRecord[];
  /** What lies before it is in this batch or an earlier one. */
  position: SpoolPosition;
  /** When the last of it was written. */
  writtenAtMs: number;
  /** Whether nothing will follow: the folder's writer is gone and all of it was read. */
  isLast: boolean;
}

/** Bytes that are no frames. A tail is what a write leaves that was cut short; nothing was answered because of it. */
export interface SpoolDamage {
  file: string;
  offset: number;
  bytes: Buffer;
  isTail: boolean;
}

export interface SpoolReaderOptions {
  folder: string;
  /** What lies before it was shipped. */
  from: SpoolPosition;
  /** Where the writer of the folder is; null when it is gone. */
  writtenTo: (() => SpoolPosition) | null;
  onDamage: (damage: SpoolDamage) => Promise<void> | void;
}

/** Reads the segments of a folder in their order, and joins completions with their admissions. */
export class SpoolReader implements SpoolEntries {
  readonly #options: SpoolReaderOptions;
  /** Admitted and not completed so far. */
  readonly #open = new OpenRequests<UsageRecord>();
  #records: UsageRecord[] = [];
  #file: { segment: number; handle: FileHandle } | null = null;
  /** The size of the present segment, once nobody writes it any more. */
  #size: number | null = null;
  #segments: number[] | null = null;
  #segment = 0;
  #offset = 0;
  #window: Buffer = Buffer.alloc(0);
  #windowAt = 0;
  #writtenAtMs = 0;
  /** Completions whose admission is nowhere. */
  orphans = 0;

  constructor(options: SpoolReaderOptions) {
    this.#options = options;
  }

  /** Reads on. @returns null when there is nothing more, or nothing yet. */
  async next(recordsMax: number): Promise<UsageBatch | null> {
    const before = { segment: this.#segment, offset: this.#offset };
    this.#records = [];
    while (this.#records.length < recordsMax) {
      // Most of the time it was read together with the one before.
      const frame = this.#frameInWindow() ?? (await this.#frame());
      if (frame === null) break;
      this.#writtenAtMs = frame.writtenAtMs;
      const shippedBefore = this.#isShipped() ? this.#records.length : null;
      this.#offset = this.#windowAt + frame.end;
      decodeEntries(frame.entries, this);
      if (shippedBefore !== null) this.#records.length = shippedBefore;
    }
    const records = this.#records;
    const isLast = this.#options.writtenTo === null && records.length < recordsMax;
    if (isLast) {
      this.#open.forEach((record) => records.push(record));
      this.#open.clear();
    }
    const position = { segment: this.#segment, offset: this.#offset };
    const hasMoved = position.segment !== before.segment || position.offset !== before.offset;
    if (records.length === 0 && !hasMoved && !isLast) return null;
    return { records, position, writtenAtMs: this.#writtenAtMs, isLast };
  }

  /** Removes the segments that hold nothing after `position`. @returns their bytes */
  async forget(position: SpoolPosition): Promise<number> {
    let bytes = 0;
    for (const segment of await segmentsIn(this.#options.folder)) {
      if (segment >= position.segment) break;
      const file = path.join(this.#options.folder, segmentName(segment));
      bytes += (await stat(file)).size;
      await unlink(file);
    }
    return bytes;
  }

  async close(): Promise<void> {
    await this.#file?.handle.close();
    this.#file = null;
  }

  #isShipped(): boolean {
    const { segment, offset } = this.#options.from;
    return this.#segment < segment || (this.#segment === segment && this.#offset < offset);
  }

  onAdmission(number: number, record: UsageRecord): void {
    this.#open.set(number, record);
  }

  takeAdmitted(number: number): UsageRecord | undefined {
    const record = this.#open.take(number);
    if (record === undefined) this.orphans += 1;
    return record;
  }

  onRecord(record: UsageRecord): void {
    this.#records.push(record);
  }

  /** The frame at the present position, if all of it is there already and is as it should be. */
  #frameInWindow(): Frame | null {
    const limit = this.#knownLimit();
    if (limit === null || this.#offset === 0 || this.#offset >= limit) return null;
    const frame = frameAt(this.#window, this.#offset - this.#windowAt);
    return typeof frame === 'object' ? frame : null;
  }

  /** The frame at the present position, or the next one after what is none. */
  async #frame(): Promise<Frame | null> {
    for (;;) {
      const limit = await this.#limit();
      if (limit === null) return null;
      if (this.#offset === 0 && limit > 0) await this.#skipHeader(limit);
      if (this.#offset >= limit) {
        if (!(await this.#nextSegment())) return null;
        continue;
      }
      const frame = frameAt(this.#window, this.#offset - this.#windowAt);
      if (typeof frame === 'object') return frame;
      const isWindowWhole =
        this.#windowAt === this.#offset && this.#offset + this.#window.length >= limit;
      if (frame === 'damaged' || isWindowWhole) await this.#skipDamage(limit, frame);
      else await this.#fill(limit);
    }
  }

  /** Where what can be read of the present segment ends; null when there is no segment. */
  async #limit(): Promise<number | null> {
    if (this.#segment === 0 && !(await this.#nextSegment())) return null;
    return this.#knownLimit() ?? (this.#size = (await (await this.#handle()).stat()).size);
  }

  #knownLimit(): number | null {
    const writtenTo = this.#options.writtenTo?.();
    return writtenTo?.segment === this.#segment ? writtenTo.offset : this.#size;
  }

  async #nextSegment(): Promise<boolean> {
    const writtenTo = this.#options.writtenTo?.();
    this.#segments ??= await segmentsIn(this.#options.folder);
    const next =
      writtenTo === undefined
        ? this.#segments.find((segment) => segment > this.#segment)
        : this.#segment + 1;
    if (next === undefined || (writtenTo !== undefined && next > writtenTo.segment)) return false;
    this.#segment = next;
    this.#size = null;
    this.#offset = 0;
    this.#window = Buffer.alloc(0);
    this.#windowAt = 0;
    return true;
  }

  async #handle(): Promise<FileHandle> {
    if (this.#file?.segment === this.#segment) return this.#file.handle;
    await this.close();
    const handle = await open(path.join(this.#options.folder, segmentName(this.#segment)), 'r');
    this.#file = { segment: this.#segment, handle };
    return handle;
  }

  /** Reads from the present position on: more than before, if it is that a frame is longer than what was read. */
  async #fill(limit: number): Promise<void> {
    const isTooShort = this.#windowAt === this.#offset && this.#window.length > 0;
    const wanted = isTooShort ? this.#window.length * 2 : windowBytes;
    await this.#read(Math.min(wanted, limit - this.#offset));
  }

  async #read(length: number): Promise<void> {
    const handle = await this.#handle();
    const window = Buffer.allocUnsafe(length);
    let read = 0;
    while (read < length) {
      const { bytesRead } = await handle.read(window, read, length - read, this.#offset + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    this.#window = window.subarray(0, read);
    this.#windowAt = this.#offset;
  }

  async #skipHeader(limit: number): Promise<void> {
    await this.#fill(limit);
    if (hasHeader(this.#window)) this.#offset = headerBytes;
    else await this.#skipDamage(limit, limit < headerBytes ? 'incomplete' : 'damaged');
  }

  async #skipDamage(limit: number, kind: 'incomplete' | 'damaged'): Promise<void> {
    await this.#read(limit - this.#offset);
    const rest = this.#window;
    const next = nextFrame(rest, 1);
    const bytes = rest.subarray(0, next);
    const isAtEnd = next === rest.length;
    const isTail = isAtEnd && (kind === 'incomplete' || bytes.every((byte) => byte === 0));
    await this.#options.onDamage({
      file: path.join(this.#options.folder, segmentName(this.#segment)),
      offset: this.#offset,
      bytes,
      isTail,
    });
    this.#offset += next;
  }
}

/** The segments of a folder in their order. */
export async function segmentsIn(folder: string): Promise<number[]> {
  const segments = [];
  for (const name of await readdir(folder)) {
    const segment = segmentOfName(name);
    if (segment !== null) segments.push(segment);
  }
  return segments.toSorted((a, b) => a - b);
}
