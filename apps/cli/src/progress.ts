import type { ImportProgress } from '@apigate/sdk';
import { bytes, count } from './format.ts';

/** Tells on stderr how far something is, where somebody waits there. */
export function tellShare(done: number, all: number, plural: string): void {
  if (!process.stderr.isTTY) return;
  const end = done === all ? '\n' : '';
  process.stderr.write(`\r\x1b[K${count(done)} of ${count(all)} ${plural}${end}`);
}

/** Tells on stderr how far an import is, where somebody waits there. */
export function tellImport({ step, rows, share }: ImportProgress): void {
  if (!process.stderr.isTTY) return;
  const done = step === 'check' ? 'checked' : 'stored';
  process.stderr.write(`\r\x1b[K${count(rows)} rows ${done}, ${Math.floor(share * 100)} %`);
}

/** Takes back what was told last. */
export function endTelling(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

/** Passes things on and counts them on stderr, where somebody waits there for a file. */
export async function* withProgress<T>(
  things: AsyncIterable<T>,
  plural: string,
): AsyncGenerator<T> {
  yield* told(
    things,
    () => 1,
    (passed) => `${count(passed)} ${plural}`,
    true,
  );
}

/**
 * Passes a file on and tells its bytes on stderr, where somebody waits there.
 *
 * @param isOnScreen whether the file itself goes to stdout, which may be the same terminal.
 * @param bytesMax of all, where known.
 */
export async function* withBytesTold<T extends string | Uint8Array>(
  parts: AsyncIterable<T>,
  isOnScreen: boolean,
  bytesMax?: number,
): AsyncGenerator<T> {
  const ofAll = bytesMax === undefined ? '' : ` of ${bytes(bytesMax)}`;
  yield* told(
    parts,
    ({ length }) => length,
    (passed) => `${bytes(passed)}${ofAll}`,
    isOnScreen,
  );
}

const toldEveryMs = 100;

async function* told<T>(
  things: AsyncIterable<T>,
  sizeOf: (thing: T) => number,
  tell: (passed: number) => string,
  isOnScreen: boolean,
): AsyncGenerator<T> {
  const isWatched = process.stderr.isTTY && (!isOnScreen || !process.stdout.isTTY);
  let passed = 0;
  let toldAtMs = 0;
  const write = (end: string) => process.stderr.write(`\r\x1b[K${tell(passed)}${end}`);
  for await (const thing of things) {
    yield thing;
    passed += sizeOf(thing);
    if (!isWatched || performance.now() - toldAtMs < toldEveryMs) continue;
    toldAtMs = performance.now();
    write('');
  }
  if (isWatched) write('\n');
}
