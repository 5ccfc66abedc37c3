import { setTimeout as sleep } from 'node:timers/promises';
import { Clients } from './clients.ts';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { compareLedger, settleUsage } from './ledger.ts';
import { startDrillStack, type DrillStack } from './stack.ts';

const connections = 32;
const long = { kills: 120, requests: 1_000_000, pauseMaxMs: 2_500 };
const short = { kills: 5, requests: 0, pauseMaxMs: 400 };
/** For what is still in the spool; a database that was killed over and over is slow at first. */
const settleTimeoutMs = 180_000;

/** Kills the proxy most often, because it is the one that has something to lose. */
const victims = ['proxy', 'proxy', 'proxy', 'postgres', 'api'] as const;
type Victim = (typeof victims)[number];

/** Nothing that was answered is lost, and nothing is counted twice, whatever is killed. */
export const killDrill: Drill = {
  name: 'kill',
  title: 'proxy, api and PostgreSQL killed at random under load',
  run,
};

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  const plan = isShort ? short : long;
  await using stack = await startDrillStack({ ownsPostgres: true });
  const clients = new Clients(stack.proxyPort, stack.keys, connections);
  const killed: Record<Victim, number> = { proxy: 0, postgres: 0, api: 0 };
  for (let kills = 0; kills < plan.kills || clients.counts.sent < plan.requests; kills += 1) {
    await sleep(Math.random() * plan.pauseMaxMs);
    // The first ones in turn, so that each is killed even in a short run.
    const victim =
      victims[kills < victims.length ? kills : Math.floor(Math.random() * victims.length)];
    if (victim === undefined) continue;
    await kill(stack, victim);
    killed[victim] += 1;
    const { sent, broken } = clients.counts;
    if (isShort || (kills + 1) % 10 === 0)
      say(`${kills + 1} kills, ${sent} requests, ${broken} broken off`);
  }
  await clients.stop();
  const arrivedMs = Math.round(await settleUsage(stack, settleTimeoutMs));
  say(`the last requests are answered, and their usage had arrived after ${arrivedMs} ms`);
  // The database has to be there for as long as what is left is shipped.
  await stack.proxy.stop('SIGTERM');
  const { sent, broken, late } = clients.counts;
  const { counts, problems } = await compareLedger(stack, clients.answered);
  return {
    counts: {
      'kills of the proxy': killed.proxy,
      'kills of PostgreSQL': killed.postgres,
      'kills of the api': killed.api,
      'requests sent': sent,
      'requests broken off by a kill': broken,
      'requests without an answer for 10 s': late,
      'until all usage had arrived, ms': arrivedMs,
      ...counts,
    },
    problems,
  };
}

async function kill({ postgres, api, proxy }: DrillStack, victim: Victim): Promise<void> {
  if (victim === 'postgres') {
    await postgres.kill();
    await sleep(Math.random() * 500);
    await postgres.restart();
    return;
  }
  const plane = victim === 'api' ? api : proxy;
  await plane.stop('SIGKILL');
  await plane.start();
}
