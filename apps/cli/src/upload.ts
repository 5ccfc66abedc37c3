import { open } from 'node:fs/promises';
import { CommandError } from './failure.ts';
import { withBytesTold } from './progress.ts';

/** A file to be sent, and what closes it. */
export interface OpenUpload extends AsyncDisposable {
  content: ReadableStream<Uint8Array>;
}

/**
 * Opens a file to send it as it is read; `-` stands for stdin.
 * @throws CommandError where it is none.
 */
export async function openUpload(file: string): Promise<OpenUpload> {
  if (file === '-') {
    const content = ReadableStream.from(withBytesTold<Uint8Array>(process.stdin, false));
    return { content, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const handle = await open(file);
  const about = await handle.stat();
  if (about.isDirectory()) {
    await handle.close();
    throw new CommandError('refused', `${file} is a directory`);
  }
  const bytesMax = about.isFile() ? about.size : undefined;
  const parts: AsyncIterable<Uint8Array> = handle.createReadStream({ autoClose: false });
  return {
    content: ReadableStream.from(withBytesTold(parts, false, bytesMax)),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}
