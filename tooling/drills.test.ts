import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const main = path.resolve(import.meta.dirname, '../bench/drills/main.ts');

/** Those of the proxy that take a few seconds each. */
const proxyDrills = [
  'leave',
  'restarts',
  'upstreams',
  'aborts',
  'slow',
  'descriptors',
  'bodies',
] as const;

/** Those of database, disks, clocks, Redis and changes that take a few seconds each. */
const surroundingDrills = [
  'postgres-silent',
  'postgres-commits-unheard',
  'spool-full',
  'clock',
  'redis-dying',
  'revocation',
  'lost-notices',
] as const;

/** For the slowest machine; what hangs is ended, and its output tells where. */
const timeoutMs = 180_000;

test.each([
  { what: 'whatever is killed, what was answered is counted, and once', drills: ['kill'] },
  {
    what: 'restarts, bad upstreams, slow, leaving and too many clients, and big bodies do what they may, and no more',
    drills: proxyDrills,
  },
  {
    what: 'a silent database, lost acknowledgements, a full disk, clocks that are set, a dying Redis and lost notices cost nothing',
    drills: surroundingDrills,
  },
])('$what', { timeout: timeoutMs + 10_000 }, ({ drills }) => {
  const options = { encoding: 'utf8', timeout: timeoutMs, killSignal: 'SIGKILL' } as const;
  const run = spawnSync(process.execPath, [main, '--short', ...drills], options);
  expect(run.status, run.stdout + run.stderr).toBe(0);
});
