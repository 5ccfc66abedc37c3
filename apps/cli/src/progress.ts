import { count } from './format.ts';

/** Passes things on and counts them on stderr, where somebody waits there for a file. */
export async function* withProgress<T>(
  things: AsyncIterable<T>,
  plural: string,
): AsyncGenerator<T> {
  const isWaiting = process.stderr.isTTY && !process.stdout.isTTY;
  let passed = 0;
  const tell = (end = '') => process.stderr.write(`\r${count(passed)} ${plural}${end}`);
  for await (const thing of things) {
    yield thing;
    passed += 1;
    if (isWaiting && passed % 100 === 0) tell();
  }
  if (isWaiting) tell('\n');
}
