import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { revokeKey } from '@apigate/domain';
import { requirePrograms } from '../../tooling/programs.ts';
import { ask } from './ask.ts';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { openScene } from './scene.ts';

const steps = ['+1h', '-1h', '+400d', '-400d'];
const shortSteps = ['+400d', '-400d'];
const lookMs = 3_000;
const shortLookMs = 700;
const inForceMaxMs = 5_000;

/** Somebody sets the clock of the proxy, and no request fails for it. */
export const clockDrill: Drill = {
  name: 'clock',
  title: 'the clock of the proxy is set forth and back, by an hour and by 400 days',
  run,
};

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  await requirePrograms(['libfaketime']);
  const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');
  if (library === undefined) throw new Error('libfaketime has no library for threads');
  const dir = mkdtempSync(path.join(tmpdir(), 'apigate-clock-'));
  const file = path.join(dir, 'offset');
  const setClock = (offset: string): void => writeFileSync(file, `${offset}\n`);
  setClock('+0');
  await using cleaning = new AsyncDisposableStack();
  cleaning.defer(() => rmSync(dir, { recursive: true }));
  await using scene = await openScene(isShort, {
    proxyVariables: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  });
  const { stack, load, domain } = scene;
  await load.watch(500);
  const problems: string[] = [];
  const repetitions = isShort ? 1 : 3;
  let sent = 0;
  let failed = 0;
  let steppings = 0;
  let slowestMs = 0;
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (const step of isShort ? shortSteps : steps) {
      for (const offset of [step, '+0']) {
        steppings += 1;
        setClock(offset);
        const phase = await load.watch(isShort ? shortLookMs : lookMs / repetitions);
        sent += phase.sent;
        failed += phase.errors;
        if (phase.errors > 0) say(`${offset}: ${phase.errors} failed ${describe(phase.refused)}`);
      }
      const [key] = await domain.newKeys(1);
      if (key === undefined) throw new Error('a key was made');
      setClock(step);
      const made = await ask(stack.proxyPort, { key: key.secret });
      if (made.status !== 200) problems.push(`At ${step} a new key got ${made.status}.`);
      await domain.change((ctx) => revokeKey(ctx, { key: key.id }));
      const revokedAtMs = performance.now();
      while ((await ask(stack.proxyPort, { key: key.secret })).status !== 401) {
        if (performance.now() - revokedAtMs > 2 * inForceMaxMs) break;
        await sleep(10);
      }
      slowestMs = Math.max(slowestMs, performance.now() - revokedAtMs);
      setClock('+0');
    }
  }
  if (failed > 0) problems.push(`${failed} requests failed.`);
  if (slowestMs > inForceMaxMs) problems.push('A revocation came into force too late.');
  const ledger = await scene.finish();
  return {
    counts: {
      repetitions,
      'times that the clock was set': steppings,
      'requests meanwhile': sent,
      'of these failed': failed,
      'until a revocation was in force at most, ms': Math.round(slowestMs),
      ...ledger.counts,
    },
    problems: [...problems, ...ledger.problems],
  };
}

function describe(refused: ReadonlyMap<number, number>): string {
  return [...refused].map(([status, count]) => `${count} × ${status}`).join(', ');
}
