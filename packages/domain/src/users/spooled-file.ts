import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DomainError } from '../errors.ts';

/**
 * Puts what arrives into a file that only this process may read, works on that, and removes it.
 *
 * @param work is given how many bytes there are as well.
 * @throws DomainError payload_too_large
 */
export async function withSpooledFile<T>(
  arriving: AsyncIterable<Uint8Array>,
  bytesMax: number,
  work: (file: AsyncIterable<Uint8Array>, bytes: number) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(path.join(tmpdir(), 'apigate-import-'));
  try {
    const file = path.join(dir, 'file');
    await writeAll(file, arriving, bytesMax);
    const { size } = await stat(file);
    return await work(createReadStream(file), size);
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function writeAll(
  file: string,
  arriving: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<void> {
  await using handle = await open(file, 'wx', 0o600);
  let bytes = 0;
  for await (const chunk of arriving) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      const megabytes = bytesMax / 1024 / 1024;
      throw new DomainError('payload_too_large', `The file is larger than ${megabytes} MB.`);
    }
    await handle.appendFile(chunk);
  }
}
