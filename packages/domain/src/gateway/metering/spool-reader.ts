import fs from 'node:fs';
import { readdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { EncodedUsage } from './encoded-usage.ts';
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
import { readEntries, type EntryReader } from './usage-codec.ts';

const windowBytes = 128 * 1024;

/** Records that were completed, in the order of their completion. */
export interface UsageBatch {
  /** Until the next batch is read. */
  records: EncodedUsage;
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
export class SpoolReader implements EntryReader {
  readonly #options: SpoolReaderOptions;
  /** Admitted and not completed so far: the bytes as characters of Latin-1, which keep no window from being reused. */
  readonly #open = new OpenRequests<string>();
  readonly #records = new EncodedUsage();
  #isGiven = false;
  #file: { segment: number; fd: number } | null = null;
  /** The size of the present segment, once nobody writes it any more. */
  #size: number | null = null;
  #segments: number[] | null = null;
  #segment = 0;
  #offset = 0;
  /** Where windows are read to, one after the other. */
  #room = Buffer.allocUnsafeSlow(windowBytes);
  #window = this.#room.subarray(0, 0);
  #windowAt = 0;
  /** The first segment that was not removed. */
  #keptFrom = 0;
  #writtenAtMs = 0;
  /** Completions whose admission is nowhere. */
  orphans = 0;

  constructor(options: SpoolReaderOptions) {
    this.#options = options;
  }

  /** Reads on. @returns null when there is nothing more, or nothing yet. */
  async next(recordsMax: number): Promise<UsageBatch | null> {
    const before = { segment: this.#segment, offset: this.#offset };
    const records = this.#records;
    // What was read before a disk failed is given with what follows.
    if (this.#isGiven) records.clear();
    this.#isGiven = false;
    while (records.count < recordsMax) {
      // Most of the time it was read together with the one before.
      const frame = this.#frameInWindow() ?? (await this.#frame());
      if (frame === null) break;
      this.#writtenAtMs = frame.writtenAtMs;
      const shippedBefore = this.#isShipped() ? records.count : null;
      this.#offset = this.#windowAt + frame.end;
      readEntries(frame.entries, this);
      if (shippedBefore !== null) records.cutTo(shippedBefore);
    }
    const isLast = this.#options.writtenTo === null && records.count < recordsMax;
    if (isLast) {
      this.#open.forEach((admission) => records.addAborted(admission));
      this.#open.clear();
    }
    const position = { segment: this.#segment, offset: this.#offset };
    const hasMoved = position.segment !== before.segment || position.offset !== before.offset;
    if (records.count === 0 && !hasMoved && !isLast) return null;
    this.#isGiven = true;
    return { records, position, writtenAtMs: this.#writtenAtMs, isLast };
  }

  /** Removes the segments that hold nothing after `position`. @returns their bytes */
  async forget(position: SpoolPosition): Promise<number> {
    if (position.segment === this.#keptFrom) return 0;
    let bytes = 0;
    for (const segment of await segmentsIn(this.#options.folder)) {
      if (segment >= position.segment) break;
      const file = path.join(this.#options.folder, segmentName(segment));
      bytes += (await stat(file)).size;
      await unlink(file);
    }
    this.#keptFrom = position.segment;
    return bytes;
  }

  close(): void {
    if (this.#file !== null) fs.closeSync(this.#file.fd);
    this.#file = null;
  }

  #isShipped(): boolean {
    const { segment, offset } = this.#options.from;
    return this.#segment < segment || (this.#segment === segment && this.#offset < offset);
  }

  onAdmission(number: number, bytes: Buffer, from: number, to: number): void {
    this.#open.set(number, bytes.toString('latin1', from, to));
  }

  onCompletion(number: number, bytes: Buffer, from: number, to: number): void {
    const admission = this.#open.take(number);
    if (admission === undefined) this.orphans += 1;
    else this.#records.add(admission, bytes, from, to);
  }

  onWhole(bytes: Buffer, from: number, to: number): void {
    this.#records.addWhole(bytes, from, to);
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
      else this.#fill(limit);
    }
  }

  /** Where what can be read of the present segment ends; null when there is no segment. */
  async #limit(): Promise<number | null> {
    if (this.#segment === 0 && !(await this.#nextSegment())) return null;
    return this.#knownLimit() ?? (this.#size = fs.fstatSync(this.#fd()).size);
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
    this.#window = this.#room.subarray(0, 0);
    this.#windowAt = 0;
    return true;
  }

  #fd(): number {
    if (this.#file?.segment === this.#segment) return this.#file.fd;
    this.close();
    const fd = fs.openSync(path.join(this.#options.folder, segmentName(this.#segment)), 'r');
    this.#file = { segment: this.#segment, fd };
    return fd;
  }

  /** Reads from the present position on: more than before, if it is that a frame is longer than what was read. */
  #fill(limit: number): void {
    const isTooShort = this.#windowAt === this.#offset && this.#window.length > 0;
    const wanted = isTooShort ? this.#window.length * 2 : windowBytes;
    this.#read(Math.min(wanted, limit - this.#offset));
  }

  /** Waits for the disk: what was written just now is in memory, and to wait in another thread takes longer. */
  #read(length: number): void {
    const wanted = Math.max(length, windowBytes);
    if (wanted !== this.#room.length) this.#room = Buffer.allocUnsafeSlow(wanted);
    const fd = this.#fd();
    let read = 0;
    while (read < length) {
      const bytes = fs.readSync(fd, this.#room, read, length - read, this.#offset + read);
      if (bytes === 0) break;
      read += bytes;
    }
    this.#window = this.#room.subarray(0, read);
    this.#windowAt = this.#offset;
  }

  async #skipHeader(limit: number): Promise<void> {
    this.#fill(limit);
    if (hasHeader(this.#window)) this.#offset = headerBytes;
    else await this.#skipDamage(limit, limit < headerBytes ? 'incomplete' : 'damaged');
  }

  async #skipDamage(limit: number, kind: 'incomplete' | 'damaged'): Promise<void> {
    this.#read(limit - this.#offset);
    const rest = this.#window;
    const next = nextFrame(rest, 1);
    const bytes = Buffer.from(rest.subarray(0, next));
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
