import fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { SpoolPosition } from './spool-writer.ts';

const name = 'shipped';
const bytes = 20;
const start: SpoolPosition = { segment: 0, offset: 0 };

/** Keeps how far a folder was shipped. */
export function writeAck(folder: string, position: SpoolPosition): void {
  const content = Buffer.alloc(bytes);
  content.writeDoubleLE(position.segment, 0);
  content.writeDoubleLE(position.offset, 8);
  content.writeUInt32LE(crc32(content.subarray(0, 16)), 16);
  const file = path.join(folder, name);
  fs.writeFileSync(`${file}.new`, content, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}

/** How far a folder was shipped. What cannot be read counts as nothing, because to ship again changes nothing. */
export async function readAck(folder: string): Promise<SpoolPosition> {
  const content = await readFile(path.join(folder, name)).catch(() => Buffer.alloc(0));
  if (content.length !== bytes) return start;
  if (content.readUInt32LE(16) !== crc32(content.subarray(0, 16))) return start;
  return { segment: content.readDoubleLE(0), offset: content.readDoubleLE(8) };
}
