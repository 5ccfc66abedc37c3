import { createReadStream, existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const settleTimeoutMs = 10_000;
const settlePauseMs = 200;
const newline = 10;

/** The lines of a file that another program writes, once there are `expected` or ten seconds are over. */
export async function writtenLines(
  file: string,
  expected: number,
  marker?: string,
): Promise<number> {
  const deadline = performance.now() + settleTimeoutMs;
  for (;;) {
    const lines = await linesIn(file, marker);
    if (lines >= expected || performance.now() > deadline) return lines;
    await sleep(settlePauseMs);
  }
}

/** With a `marker`, only the lines that hold it. */
async function linesIn(file: string, marker?: string): Promise<number> {
  if (!existsSync(file)) return 0;
  let lines = 0;
  let rest = '';
  for await (const chunk of createReadStream(file)) {
    if (marker === undefined) {
      for (const byte of chunk) if (byte === newline) lines += 1;
      continue;
    }
    const parts = (rest + String(chunk)).split('\n');
    rest = parts.pop() ?? '';
    lines += parts.filter((line) => line.includes(marker)).length;
  }
  return lines;
}
