import { spawnSync } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openOrm } from '@apigate/domain';
import { freePort } from '../ready.ts';
import { ask } from './ask.ts';
import { startCountingUpstream } from './counting-upstream.ts';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { sumsStatement, type Sums } from './ledger.ts';
import { Plane } from './plane.ts';
import { KillablePostgres } from './postgres.ts';
import { openScene, type Scene } from './scene.ts';

const restoreMaxMs = 60_000;

/** A copy that is made under load is whole: what it counts agrees, and a proxy works with it. */
export const backupDrill: Drill = {
  name: 'backup',
  title: 'the database is backed up under load and restored elsewhere',
  run,
};

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  await using scene = await openScene(isShort, { ownsPostgres: true });
  const { stack, load } = scene;
  const problems: string[] = [];
  const repetitions = isShort ? 1 : 3;
  let restoreMs = 0;
  let restored = 0;
  let missing = 0;
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    await load.watch(isShort ? 500 : 2_000);
    const answered = new Set(load.answered);
    await scene.settle();
    const folder = path.join(stack.dir, `backup-${repetition}`);
    const phase = load.begin();
    await backUp(scene, folder);
    if (phase.errors > 0) problems.push(`${phase.errors} requests failed during a backup.`);
    const startedAt = performance.now();
    const copy = await KillablePostgres.start(folder);
    try {
      const { ids, sums } = await read(copy.url);
      missing += [...answered].filter((id) => !ids.has(id)).length;
      if (new Set([sums.units, sums.hours, sums.days, sums.quota]).size > 1) {
        problems.push('The sums of units in the copy do not agree.');
      }
      if (sums.events !== sums.ids) problems.push('Some are twice in the copy.');
      const status = await useCopy(scene, copy.url, `${folder}-data`);
      if (status !== 200) problems.push(`A proxy on the copy answered with ${status}.`);
      restored += sums.events;
    } finally {
      await copy[Symbol.asyncDispose]();
    }
    restoreMs = Math.max(restoreMs, performance.now() - startedAt);
    say(`${restored} events restored so far, in ${Math.round(restoreMs)} ms at most`);
    rmSync(folder, { recursive: true, force: true });
  }
  if (missing > 0) problems.push(`${missing} requests answered before are not in the copy.`);
  if (restoreMs > restoreMaxMs) problems.push('It took too long to restore.');
  const ledger = await scene.finish();
  return {
    counts: {
      repetitions,
      'events in the copies': restored,
      'answered before the backup and not in the copy': missing,
      'until a proxy answered on the copy at most, ms': Math.round(restoreMs),
      ...ledger.counts,
    },
    problems: [...problems, ...ledger.problems],
  };
}

/** A copy of the files while the server writes to them, and then of the log that makes it whole. */
async function backUp({ domain, stack }: Scene, folder: string): Promise<void> {
  const source = path.join(stack.dir, 'postgres');
  mkdirSync(folder);
  cpSync(path.join(source, 'password'), path.join(folder, 'password'), {
    preserveTimestamps: true,
  });
  const label = await domain.change((ctx) =>
    // The session that begins a backup has to end it.
    ctx.em.transactional(async (em) => {
      await em.execute(`select pg_backup_start('drill', fast => true)`);
      copyServer(path.join(source, 'data'), path.join(folder, 'data'));
      const [row] = await em.execute<{ labelfile: string }[]>(
        'select labelfile from pg_backup_stop(wait_for_archive => false)',
      );
      return row?.labelfile ?? '';
    }),
  );
  const log = path.join('data', 'pg_wal');
  rmSync(path.join(folder, log), { recursive: true });
  copyServer(path.join(source, log), path.join(folder, log));
  const labelFile = path.join(folder, 'data', 'backup_label');
  writeFileSync(labelFile, label, { mode: 0o600 });
  const { uid, gid } = statSync(path.join(source, 'data'));
  chownSync(labelFile, uid, gid);
  rmSync(path.join(folder, 'data', 'postmaster.pid'), { force: true });
}

/** `cp` keeps owners, and what goes away while it reads is in the log. */
function copyServer(from: string, to: string): void {
  const copied = spawnSync('cp', ['--archive', from, to], { encoding: 'utf8' });
  const errors = copied.stderr.split('\n').filter((line) => line !== '');
  const real = errors.filter((line) => !/No such file/.test(line));
  if (real.length > 0) throw new Error(`the copy failed: ${real.join('\n')}`);
}

async function read(url: string): Promise<{ ids: ReadonlySet<string>; sums: Sums }> {
  const orm = await openOrm(url);
  try {
    const em = orm.em.fork();
    const events = await em.execute<{ id: string }[]>('select id from usage_events');
    const [sums] = await em.execute<Sums[]>(sumsStatement);
    if (sums === undefined) throw new Error('a sum is a row');
    return { ids: new Set(events.map(({ id }) => id)), sums };
  } finally {
    await orm.close(true);
  }
}

/** @returns what a proxy over the copy answers to a key */
async function useCopy({ stack }: Scene, url: string, dataDir: string): Promise<number> {
  await using upstream = await startCountingUpstream();
  const orm = await openOrm(url);
  await orm.em.fork().execute('update upstreams set url = ?', [upstream.url]);
  await orm.close(true);
  const port = await freePort();
  await using proxy = new Plane({
    main: path.resolve(import.meta.dirname, '../../apps/proxy/src/main.ts'),
    variables: {
      ...stack.variables,
      DATABASE_URL: url,
      APIGATE_DATA_DIR: dataDir,
      APIGATE_PROXY_PORT: String(port),
    },
    logFile: path.join(stack.dir, 'copy.log'),
    readyUrl: `http://127.0.0.1:${port}/_apigate/readyz`,
  });
  await proxy.start();
  const { status } = await ask(port, { key: stack.keys[0] ?? '', path: '/v1/copy' });
  return status;
}
