import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fillDisk, mountDisk } from '@apigate/domain/testing';
import { ask } from './ask.ts';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { countInLog } from './count-in-log.ts';
import { openScene } from './scene.ts';

const mebibyte = 1024 ** 2;
const recoveryMaxMs = 10_000;
const lookEveryMs = 50;

/** With no room for usage requests are refused, none that was answered is lost, and it goes on by itself. */
export const spoolFullDrill: Drill = {
  name: 'spool-full',
  title: 'the disk of the spool is full',
  run: fillSpool,
};

/** What PostgreSQL cannot take waits. */
export const postgresFullDrill: Drill = {
  name: 'postgres-full',
  title: 'the disk of PostgreSQL is full',
  run: fillPostgres,
};

async function fillSpool({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  const repetitions = isShort ? 1 : 3;
  let folder = '';
  await using scene = await openScene(isShort, {
    prepare: (dir) => {
      folder = path.join(dir, 'data');
      return mountDisk(folder, 64 * mebibyte);
    },
  });
  const { stack, load } = scene;
  const problems: string[] = [];
  const recoveries: number[] = [];
  let refused = 0;
  let other = 0;
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    await load.watch(500);
    const phase = load.begin();
    {
      using _ballast = fillDisk(folder);
      if (!(await becomes(() => saysFull(stack.proxyPort)))) {
        problems.push('With a full disk /readyz did not say so.');
      }
      await sleep(isShort ? 200 : 3_000);
    }
    const openedAt = performance.now();
    const isGood = async (): Promise<boolean> => {
      const { status } = await ask(stack.proxyPort, { key: stack.keys[0] ?? '' });
      return status === 200 && !(await saysFull(stack.proxyPort));
    };
    if (!(await becomes(isGood))) problems.push('With room again it did not go on.');
    recoveries.push(performance.now() - openedAt);
    await scene.settle();
    const refusals = phase.refused.get(503) ?? 0;
    refused += refusals;
    other += phase.errors - refusals;
    say(`${phase.good} answered, ${refusals} refused, ${phase.errors - refusals} failed otherwise`);
  }
  const ledger = await scene.finish();
  if (refused === 0) problems.push('Nothing was refused.');
  return {
    counts: {
      repetitions,
      'requests refused with 503': refused,
      'connections closed instead of an answer that could not be recorded': other,
      'until requests are served again, ms': Math.round(Math.max(...recoveries)),
      ...ledger.counts,
    },
    problems: [...problems, ...ledger.problems],
  };
}

async function saysFull(port: number): Promise<boolean> {
  const { status, text } = await ask(port, { path: '/_apigate/readyz' });
  return status === 503 && text.includes('spool_full');
}

/** Whether something becomes true in time. */
async function becomes(isSo: () => Promise<boolean>): Promise<boolean> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < recoveryMaxMs) {
    if (await isSo()) return true;
    await sleep(lookEveryMs);
  }
  return false;
}

async function fillPostgres({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  const repetitions = isShort ? 1 : 3;
  let folder = '';
  await using scene = await openScene(isShort, {
    ownsPostgres: true,
    prepare: (dir) => {
      folder = path.join(dir, 'postgres');
      return mountDisk(folder, 384 * mebibyte);
    },
  });
  const { stack, load } = scene;
  const problems: string[] = [];
  const recoveries: number[] = [];
  let during = 0;
  let failed = 0;
  let deaths = 0;
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    await load.watch(500);
    const phase = load.begin();
    {
      using _ballast = fillDisk(folder);
      await sleep(isShort ? 1_500 : 5_000);
    }
    const openedAt = performance.now();
    // Where it could not write its log it has given up.
    if (!(await stack.postgres.isRunning())) {
      deaths += 1;
      await stack.postgres.restart();
    }
    await scene.settle();
    recoveries.push(performance.now() - openedAt);
    during += phase.sent;
    failed += phase.errors;
    say(`${phase.sent} requests, ${phase.errors} failed, ${deaths} deaths of PostgreSQL so far`);
  }
  if (failed > 0) problems.push(`${failed} requests failed.`);
  const refusals = countInLog(stack, 'proxy', 'usage_shipment_failed');
  if (refusals === 0) problems.push('PostgreSQL never lacked room.');
  const ledger = await scene.finish();
  const recoveryMs = Math.max(...recoveries);
  if (recoveryMs > 2 * recoveryMaxMs) problems.push('It took too long to recover.');
  return {
    counts: {
      repetitions,
      'requests while the disk was full': during,
      'of these failed': failed,
      'batches that PostgreSQL could not take': refusals,
      'times that PostgreSQL gave up': deaths,
      'until recovered, ms': Math.round(recoveryMs),
      ...ledger.counts,
    },
    problems: [...problems, ...ledger.problems],
  };
}
