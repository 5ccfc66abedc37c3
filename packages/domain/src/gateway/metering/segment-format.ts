import { crc32 } from 'node:zlib';
import type { UsageEncoder } from './usage-codec.ts';

/** What segments are written in. The next version has to read this one. */
const version = 1;
const magic = Buffer.from('APGUSAGE', 'latin1');
export const headerBytes = 16;
/** Before the entries of a frame: their length with the time, the checksum, the time. */
const frameHeadBytes = 16;
const checksummedFrom = 8;

/** What was written at the end of one turn of the event loop. */
export interface Frame {
  writtenAtMs: number;
  entries: Buffer;
  /** Where the next frame begins. */
  end: number;
}

/** The first bytes of a segment: name, version, checksum of both. */
export function segmentHeader(): Buffer {
  const header = Buffer.alloc(headerBytes);
  magic.copy(header);
  header.writeUInt32LE(version, 8);
  header.writeUInt32LE(crc32(header.subarray(0, 12)), 12);
  return header;
}

/** Whether a segment begins as one of ours. Its frames can be told apart from anything else even if it does not. */
export function hasHeader(segment: Buffer): boolean {
  return segment.subarray(0, headerBytes).equals(segmentHeader());
}

/** Makes room for the head of a frame. @returns where the frame begins */
export function openFrame(encoder: UsageEncoder): number {
  return encoder.skip(frameHeadBytes);
}

/** Fills in the head of the frame that began at `from` and ends here. */
export function sealFrame(encoder: UsageEncoder, from: number, nowMs: number): void {
  const length = encoder.length - from - checksummedFrom;
  encoder.setUint32(from, length);
  encoder.setFloat64(from + checksummedFrom, nowMs);
  encoder.setUint32(from + 4, checksum(encoder.bytes, from, length));
}

/** The checksum covers the length too, and differs between versions. */
function checksum(bytes: Buffer, from: number, length: number): number {
  const start = from + checksummedFrom;
  return crc32(bytes.subarray(start, start + length), (version * 0x9e37_79b9 + length) >>> 0);
}

/** What is at `from`: a whole frame, the beginning of one that is longer than `bytes`, or neither. */
export function frameAt(bytes: Buffer, from: number): Frame | 'incomplete' | 'damaged' {
  if (from + frameHeadBytes > bytes.length) return 'incomplete';
  const length = bytes.readUInt32LE(from);
  const end = from + checksummedFrom + length;
  if (length <= checksummedFrom) return 'damaged';
  if (end > bytes.length) return 'incomplete';
  if (bytes.readUInt32LE(from + 4) !== checksum(bytes, from, length)) return 'damaged';
  return {
    writtenAtMs: bytes.readDoubleLE(from + checksummedFrom),
    entries: bytes.subarray(from + frameHeadBytes, end),
    end,
  };
}

/** Finds the next whole frame from `from` on. @returns the end of `bytes` when there is none */
export function nextFrame(bytes: Buffer, from: number): number {
  for (let at = from; at + frameHeadBytes <= bytes.length; at += 1) {
    // Frames are shorter than 16 MB by far and begin with a time, so hardly any place needs a look at its checksum.
    if (bytes[at + 3] !== 0 || !isTime(bytes.readDoubleLE(at + checksummedFrom))) continue;
    if (typeof frameAt(bytes, at) === 'object') return at;
  }
  return bytes.length;
}

function isTime(ms: number): boolean {
  return Number.isInteger(ms) && ms > 1e12 && ms < 1e13;
}

export function segmentName(segment: number): string {
  return `${String(segment).padStart(10, '0')}.usage`;
}

/** @returns null when it is no segment. */
export function segmentOfName(name: string): number | null {
  const digits = /^(\d{10})\.usage$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}
