import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const main = path.resolve(import.meta.dirname, '../bench/drills/main.ts');

test('whatever is killed, what was answered is counted, and once', { timeout: 240_000 }, () => {
  const drill = spawnSync(process.execPath, [main, '--short', 'kill'], { encoding: 'utf8' });
  expect(drill.status, drill.stdout + drill.stderr).toBe(0);
});
