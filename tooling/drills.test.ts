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

test('whatever is killed, what was answered is counted, and once', { timeout: 240_000 }, () => {
  const drill = spawnSync(process.execPath, [main, '--short', 'kill'], { encoding: 'utf8' });
  expect(drill.status, drill.stdout + drill.stderr).toBe(0);
});

test(
  'restarts, bad upstreams, slow, leaving and too many clients, and big bodies do what they may, and no more',
  { timeout: 240_000 },
  () => {
    const drill = spawnSync(process.execPath, [main, '--short', ...proxyDrills], {
      encoding: 'utf8',
    });
    expect(drill.status, drill.stdout + drill.stderr).toBe(0);
  },
);

test(
  'a silent database, lost acknowledgements, a full disk, clocks that are set, a dying Redis and lost notices cost nothing',
  { timeout: 240_000 },
  () => {
    const drill = spawnSync(process.execPath, [main, '--short', ...surroundingDrills], {
      encoding: 'utf8',
    });
    expect(drill.status, drill.stdout + drill.stderr).toBe(0);
  },
);
