import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Contestant } from './contestants/contestant.ts';
import { startApigate, type Variant } from './contestants/apigate.ts';
import type { Upstream } from './contestants/nginx.ts';
import type { Database } from './database.ts';
import { sendLoad } from './load.ts';
import type { Tallies } from './tallies.ts';

/** What every part of the measurement takes place on. */
export interface Stage {
  dir: string;
  isQuick: boolean;
  upstream: Upstream;
  database: Database;
  tallies: Tallies;
  keysFile: string;
  /** Waits until all that a contestant has still to record is recorded, and keeps what came of it for the report. */
  settle: (contestant: Contestant) => Promise<void>;
}

/** A proxy of ours. */
export type Apigate = Awaited<ReturnType<typeof startApigate>>;

export function startOurs(stage: Stage, variant: Variant): Promise<Apigate> {
  return startApigate(stage, variant);
}

/**
 * Lets a contestant serve until its code is compiled and its keys are known.
 *
 * @returns how many requests it answered in a second at last.
 */
export async function warmUp(
  { tallies }: Stage,
  contestant: Contestant,
  {
    requests,
    seconds,
    secondsMax = Infinity,
  }: { requests: number; seconds: number; secondsMax?: number },
): Promise<number> {
  let sent = 0;
  const deadline = performance.now() + secondsMax * 1000;
  for (;;) {
    const turn = await tallies.during(contestant, async () => {
      const load = await sendLoad(contestant, seconds);
      return { sent: load.requests, perSecond: load.requests / load.seconds };
    });
    sent += turn.sent;
    if (sent >= requests || performance.now() > deadline) return turn.perSecond;
  }
}

/** Keeps keys where a generator can read them. */
export function writeKeys({ dir }: Stage, name: string, keys: readonly string[]): string {
  const file = path.join(dir, name);
  writeFileSync(file, keys.map((key) => `${key}\n`).join(''));
  return file;
}
