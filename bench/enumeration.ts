/**
 * Whether the time of an answer tells what became of a sign-in: `node x.mjs node bench/enumeration.ts`. It fails when
 * the medians of unknown, wrong, held back and unverified differ by 5 % or more.
 */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startControlPlane, type Guess } from './control-plane.ts';
import { stopPrograms } from './programs.ts';
import { spreadOf } from './statistics.ts';

const samples = 150;
const cost = 10;
const differenceMax = 0.05;
const guessesPerAccount = 3;

const kinds = ['unknown', 'wrong', 'held back', 'unverified'] as const;
type Kind = (typeof kinds)[number];

/** An account is guessed at a few times from each network, so that only the one kind is held back. */
function guessOf(kind: Kind, round: number): Guess {
  const account = Math.floor(round / guessesPerAccount);
  const email = kind === 'held back' ? 'held@example.com' : `${kind}-${account}@example.com`;
  return { email, password: `wrong ${round}`, ip: `10.${kinds.indexOf(kind)}.${account}.1` };
}

async function main(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const dir = mkdtempSync(path.join(tmpdir(), 'apigate-bench-'));
  stack.defer(() => rmSync(dir, { recursive: true, maxRetries: 5 }));
  const accounts = Array.from({ length: samples / guessesPerAccount }, (_, at) => at);
  const api = stack.use(
    await startControlPlane(dir, cost, [
      { email: 'held@example.com' },
      ...accounts.map((at) => ({ email: `wrong-${at}@example.com` })),
      ...accounts.map((at) => ({
        email: `unverified-${at}@example.com`,
        status: 'pending' as const,
      })),
    ]),
  );
  const timed = async (guess: Guess): Promise<number> => {
    const startedAt = performance.now();
    const response = await api.signIn(guess);
    await response.text();
    if (response.status !== 401) throw new Error(`answered with ${response.status}`);
    return performance.now() - startedAt;
  };
  console.log('holding an account back');
  for (let at = 0; at < 60; at += 1) {
    await timed({ email: 'held@example.com', password: 'wrong', ip: `10.9.${at}.1` });
  }
  const times: Record<Kind, number[]> = { unknown: [], wrong: [], 'held back': [], unverified: [] };
  for (let round = 0; round < samples; round += 1) {
    // In any order, so that what one leaves behind meets all of them.
    const order = kinds.map((kind) => ({ kind, at: randomInt(2 ** 32) }));
    for (const { kind } of order.toSorted((a, b) => a.at - b.at)) {
      times[kind].push(await timed(guessOf(kind, round)));
    }
  }
  const medians = kinds.map((kind) => spreadOf(times[kind]).median);
  kinds.forEach((kind, at) => console.log(`${kind}: ${medians[at]?.toFixed(2)} ms`));
  const difference = Math.max(...medians) / Math.min(...medians) - 1;
  console.log(
    `${samples} interleaved samples a kind, the medians differ by ${(difference * 100).toFixed(1)} %`,
  );
  if (difference >= differenceMax) process.exitCode = 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stopPrograms);
await main();
