import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildUser } from '../../testing/factories.ts';
import { openTestDomain, type TestDomain } from '../../testing/test-domain.ts';
import { foldersOf, startMeter, waitUntil } from './testing/metering.ts';
import { temporaryFolder } from './testing/spool.ts';

const program = path.join(import.meta.dirname, 'testing', 'killed-writer.ts');
const kills = 24;
const writersAtOnce = 2;

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());

test(`${kills} processes killed while they write lose nothing and count nothing twice`, async () => {
  using dir = temporaryFolder();
  const userId = (await buildUser(domain)).id;
  const admitted: string[] = [];
  const answered: string[] = [];
  let killed = 0;
  const keepKilling = async (): Promise<void> => {
    while (killed < kills) {
      killed += 1;
      const args = [program, dir.path, domain.url, userId];
      const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')));
      const closed = once(child, 'close');
      await waitUntil('it writes', () => said.length > 0);
      await sleep(Math.random() * 150);
      child.kill('SIGKILL');
      expect(await closed).toEqual([null, 'SIGKILL']);
      // A last line that is cut short was not said.
      for (const line of said.slice(0, said.lastIndexOf('\n') + 1).split('\n')) {
        if (line.startsWith('+')) admitted.push(line.slice(1));
        if (line.startsWith('=')) answered.push(line.slice(1));
      }
    }
  };
  await Promise.all(Array.from({ length: writersAtOnce }, keepKilling));
  const last = await startMeter(domain.db, dir.path);
  await waitUntil('all is shipped', () => last.meter.backlog === 0);
  expect(await last.meter.close(10_000)).toBe(0);
  expect(foldersOf(dir.path)).toEqual([]);
  expect(readdirSync(dir.path).filter((name) => name !== 'quarantine')).toEqual([]);

  const { rows } = await domain.db.query<{ id: string; units: number }>(
    'select id, units from usage_events where user_id = $1',
    [userId],
  );
  const units = new Map(rows.map((row) => [row.id, row.units]));
  expect(units.size).toBe(rows.length);
  expect(answered.length).toBeGreaterThan(kills * 10);
  expect(answered.filter((id) => units.get(id) !== 1)).toEqual([]);
  expect(admitted.filter((id) => !units.has(id))).toEqual([]);
  const sums = await domain.db.query(
    `select (select sum(units) from usage_events where user_id = $1)::int as events,
      (select sum(units) from usage_hours where user_id = $1)::int as hours,
      (select sum(units) from usage_days where user_id = $1)::int as days,
      (select sum(units) from quota_periods where user_id = $1)::int as quota`,
    [userId],
  );
  const sum = rows.reduce((all, row) => all + row.units, 0);
  expect(sums.rows).toEqual([{ events: sum, hours: sum, days: sum, quota: sum }]);
}, 240_000);
