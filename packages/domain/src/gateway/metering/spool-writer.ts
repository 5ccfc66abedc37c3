import fs from 'node:fs';
import path from 'node:path';
import type { GatewayLogger } from '../gateway-logger.ts';
import { openFrame, sealFrame, segmentHeader, segmentName } from './segment-format.ts';
import { UsageEncoder } from './usage-codec.ts';

const bufferBytes = 1024 * 1024;
const carryOverBytes = 64 * 1024;
const frameBytesMax = 1024 * 1024;
const syncEveryMs = 100;
const retryEveryMs = 100;

/** A place in the segments of one folder. */
export interface SpoolPosition {
  segment: number;
  /** In bytes, where a frame begins or would begin. */
  offset: number;
}

export interface SpoolWriterOptions {
  folder: string;
  segmentBytesMax: number;
  logger: GatewayLogger;
  /** Writes again, into a new segment, what will be completed later, so that the old one is not needed for that. */
  carryOver: (encoder: UsageEncoder) => void;
}

/** Appends to the segments of a folder: one write for all that was encoded since the last. */
export class SpoolWriter {
  readonly #options: SpoolWriterOptions;
  readonly #encoder = new UsageEncoder(bufferBytes);
  #frameAt = -1;
  #fd: number | null = null;
  #segment = 0;
  /** Everything before it in the segment is whole frames. */
  #offset = 0;
  #needsCut = false;
  #triedAtMs = 0;
  #isFailing = false;
  #syncTimer: NodeJS.Timeout | null = null;
  #isDirty = false;
  #syncing: Promise<void> = Promise.resolve();
  /** In all segments. */
  writtenBytes = 0;
  /** Failed writes and synchronisations. */
  failures = 0;

  constructor(options: SpoolWriterOptions) {
    this.#options = options;
  }

  /** Whether the last write did not work; what it was about is kept and written as soon as it can be. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /** The end of what is written. */
  get position(): SpoolPosition {
    return { segment: this.#segment, offset: this.#offset };
  }

  get pendingBytes(): number {
    return this.#encoder.length;
  }

  /** Where to encode the next entry. */
  get encoder(): UsageEncoder {
    const encoder = this.#encoder;
    if (this.#frameAt >= 0 && encoder.length - this.#frameAt > frameBytesMax) this.#seal();
    if (this.#frameAt < 0) this.#frameAt = openFrame(encoder);
    return encoder;
  }

  /** Writes what was encoded. @returns whether all of it is written; if not, it is tried again with the next call */
  flush(): boolean {
    if (this.#encoder.length === 0) return true;
    const now = performance.now();
    if (this.#isFailing && now - this.#triedAtMs < retryEveryMs) return false;
    this.#triedAtMs = now;
    this.#seal();
    try {
      if (this.#fd === null) this.#open();
      this.#cutBack();
      this.#append(this.#encoder.bytes);
    } catch (error) {
      this.#failed(error);
      return false;
    }
    this.#encoder.length = 0;
    if (this.#isFailing) {
      this.#isFailing = false;
      this.#options.logger.info({}, 'usage_spool_writable');
    }
    this.#syncSoon();
    if (this.#offset >= this.#options.segmentBytesMax) this.#rotate();
    return true;
  }

  /** Has the disk keep what is written, and lets go of the file. */
  async close(): Promise<void> {
    if (this.#syncTimer !== null) clearTimeout(this.#syncTimer);
    this.#syncTimer = null;
    await this.#syncing;
    if (this.#fd === null) return;
    const fd = this.#fd;
    this.#fd = null;
    if (this.#isDirty) await this.#sync(fd);
    fs.closeSync(fd);
  }

  #seal(): void {
    if (this.#frameAt >= 0) sealFrame(this.#encoder, this.#frameAt, Date.now());
    this.#frameAt = -1;
  }

  #failed(error: unknown): void {
    this.failures += 1;
    if (!this.#isFailing) this.#options.logger.error({ err: error }, 'usage_spool_write_failed');
    this.#isFailing = true;
    try {
      this.#cutBack();
    } catch {
      // Tried again before the next write.
    }
  }

  /** Takes a partial write back. */
  #cutBack(): void {
    if (!this.#needsCut || this.#fd === null) return;
    fs.ftruncateSync(this.#fd, this.#offset);
    this.#needsCut = false;
  }

  #append(bytes: Buffer): void {
    if (this.#fd === null) throw new Error('no segment is open');
    let written = 0;
    this.#needsCut = true;
    while (written < bytes.length) {
      const left = bytes.length - written;
      written += fs.writeSync(this.#fd, bytes, written, left, this.#offset + written);
    }
    this.#needsCut = false;
    this.#offset += written;
    this.writtenBytes += written;
  }

  /** Begins the next segment; the one before stays in use when that does not work. */
  #open(): void {
    const segment = this.#segment + 1;
    const file = path.join(this.#options.folder, segmentName(segment));
    const bytes = Buffer.concat([segmentHeader(), this.#carriedOver()]);
    const fd = fs.openSync(file, 'wx', 0o600);
    try {
      let written = 0;
      while (written < bytes.length) written += fs.writeSync(fd, bytes, written);
    } catch (error) {
      fs.closeSync(fd);
      fs.unlinkSync(file);
      throw error;
    }
    this.#fd = fd;
    this.#segment = segment;
    this.#offset = bytes.length;
    this.writtenBytes += bytes.length;
    this.#needsCut = false;
  }

  #carriedOver(): Buffer {
    const encoder = new UsageEncoder(carryOverBytes);
    const from = openFrame(encoder);
    const emptyBytes = encoder.length;
    this.#options.carryOver(encoder);
    if (encoder.length === emptyBytes) return Buffer.alloc(0);
    sealFrame(encoder, from, Date.now());
    return encoder.bytes;
  }

  #rotate(): void {
    const old = this.#fd;
    if (old === null) return;
    try {
      this.#open();
    } catch (error) {
      this.failures += 1;
      this.#options.logger.warn({ err: error }, 'usage_segment_not_begun');
      return;
    }
    this.#isDirty = true;
    this.#syncing = this.#syncing.then(() => this.#sync(old)).then(() => fs.closeSync(old));
  }

  #syncSoon(): void {
    this.#isDirty = true;
    this.#syncTimer ??= setTimeout(() => {
      const fd = this.#fd;
      this.#isDirty = false;
      this.#syncing = this.#syncing
        .then(() => (fd === null || fd !== this.#fd ? undefined : this.#sync(fd)))
        .then(() => {
          this.#syncTimer = null;
          if (this.#isDirty && this.#fd !== null) this.#syncSoon();
        });
    }, syncEveryMs).unref();
  }

  /** What a disk could not keep may still reach the database before the power fails, so this stops nothing. */
  #sync(fd: number): Promise<void> {
    return new Promise((resolve) => {
      fs.fdatasync(fd, (error) => {
        if (error !== null) {
          this.failures += 1;
          this.#options.logger.error({ err: error }, 'usage_spool_sync_failed');
        }
        resolve();
      });
    });
  }
}
