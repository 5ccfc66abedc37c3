import { globSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { countInLog } from './count-in-log.ts';
import { DatabaseRelay } from './database-relay.ts';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { sumsStatement, type Sums } from './ledger.ts';
import { openScene, type Scene } from './scene.ts';

/** A frame holds what was told in one turn of the event loop, which is no more than there are clients. */
const connections = 24;
const tailBytes = 7;
/** Into the bytes where it is hit: past what was shipped before. */
const hitShare = 0.8;
const quietMs = 1_000;

/** Damage costs no more than the frames that it is in, and is told. */
export const spoolDamageDrill: Drill = {
  name: 'spool-damage',
  title: 'a proxy is killed, and its spool is cut and has a flipped byte when it starts again',
  run,
};

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  await using relay = new DatabaseRelay();
  await using scene = await openScene(
    isShort,
    { databaseUrlFor: (url) => relay.open(url), variables: { APIGATE_PROXY_THREADS: '1' } },
    { connections },
  );
  const { stack, load, domain } = scene;
  const problems: string[] = [];
  const repetitions = isShort ? 1 : 3;
  let lost = 0;
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    await scene.settle();
    await relay.use('refuse');
    const known = new Set(load.answered);
    await load.watch(isShort ? 500 : 3_000);
    await stack.proxy.stop('SIGKILL');
    const spooled = [...load.answered].filter((id) => !known.has(id));
    damage(path.join(stack.dir, 'data', 'spool', 'proxy'));
    await relay.use('pass');
    await stack.proxy.start();
    const gone = await countGone(scene, spooled);
    lost += gone;
    say(`${spooled.length} answered before the kill, ${gone} of them lost with the damage`);
    // The frame that was hit and the one that was cut.
    if (gone > 2 * connections)
      problems.push(`${gone} were lost, more than the damaged frames hold.`);
  }
  await load.stop();
  const told = countInLog(stack, 'proxy', 'usage_damaged');
  const cut = countInLog(stack, 'proxy', 'usage_tail_cut');
  if (told < repetitions) problems.push('Damage was not told.');
  if (cut < repetitions) problems.push('A cut was not told.');
  // A proxy that is told to leave ships what waits.
  await stack.proxy.stop('SIGTERM');
  const [sums] = await domain.query<Sums>(sumsStatement);
  if (sums === undefined) throw new Error('a sum is a row');
  if (new Set([sums.units, sums.hours, sums.days, sums.quota]).size > 1) {
    problems.push('The sums of units do not agree.');
  }
  if (sums.events !== sums.ids) problems.push('Some were counted twice.');
  return {
    counts: {
      repetitions,
      'requests answered with 200': load.answered.size,
      'lost with the damaged bytes': lost,
      'damages that were told': told,
      'cuts that were told': cut,
      'units of events, hours, days and quotas': sums.units,
      'counted twice': sums.events - sums.ids,
    },
    problems,
  };
}

/** Flips a byte in the largest segment, and takes away its last bytes. */
function damage(spool: string): void {
  const segments = globSync(path.join(spool, '*', '*'))
    .filter((file) => statSync(file).isFile())
    .toSorted((a, b) => statSync(b).size - statSync(a).size);
  const [largest] = segments;
  if (largest === undefined) throw new Error('there is nothing to damage');
  const bytes = readFileSync(largest);
  const at = Math.floor(bytes.length * hitShare);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  writeFileSync(largest, bytes);
  truncateSync(largest, bytes.length - tailBytes);
}

/** Waits until no more of them arrive. @returns how many have not */
async function countGone({ domain }: Scene, spooled: readonly string[]): Promise<number> {
  let before = -1;
  for (;;) {
    const stored = await domain.query<{ id: string }>('select id from usage_events');
    const ids = new Set(stored.map(({ id }) => id));
    const gone = spooled.filter((id) => !ids.has(id)).length;
    if (gone === before) return gone;
    before = gone;
    await sleep(quietMs);
  }
}
