import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes a text of any length to stdout, as fast as its reader takes it, and stops when the reader leaves. */
export async function streamOut(parts: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(parts), process.stdout, { end: false });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}
