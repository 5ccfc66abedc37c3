/**
 * A process that meters as fast as it can, until it is killed: `node killed-writer.ts DIR DATABASE_URL USER_ID`.
 * It says `+ID` when a request may go upstream and `=ID` when its answer may leave. A line on stdin makes it close.
 */
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Pool } from 'pg';
import { Meter } from '../meter.ts';
import { SharedCounters } from '../../counters/shared-counters.ts';
import { UsageShipping } from '../usage-shipping.ts';
import { quotaPeriodAt } from '../../quota-period.ts';
import { collectingLogger, usageOf } from './spool.ts';

const [dir = '', databaseUrl = '', userId = ''] = process.argv.slice(2);
const backlogMax = 3_000;
const pool = new Pool({ connectionString: databaseUrl, max: 2 });
const ledger = new SharedCounters();
const logger = collectingLogger();
const meter = new Meter({
  shipping: new UsageShipping({ dir, db: pool, units: ledger, logger, shipEveryMs: 1 }),
  units: ledger,
  logger,
  whenFull: () => 'refuse',
  segmentBytesMax: 20_000,
});
await meter.start();
let isAsked = false;
void once(process.stdin, 'data').then(() => {
  isAsked = true;
});
const periodStart = quotaPeriodAt(Date.now()).start;
let open: { usage: ReturnType<typeof usageOf>; number: number | null }[] = [];
while (!isAsked) {
  const fresh = Array.from({ length: 1 + Math.floor(Math.random() * 8) }, () =>
    usageOf({ userId, periodStart }),
  );
  const done = open.filter(() => Math.random() < 0.4);
  open = open.filter((request) => !done.includes(request));
  const admitted = fresh.map((usage) => ({ usage, number: meter.admit(usage) }));
  for (const { usage, number } of done) {
    ledger.take([], { userId, periodStart, units: 1, limit: null, enforcement: 'hard' });
    meter.record(usage, number);
  }
  if (!meter.endTurn()) throw new Error('the disk is full');
  open.push(...admitted);
  const lines = [
    ...fresh.map(({ id }) => `+${id}\n`),
    ...done.map(({ usage }) => `=${usage.id}\n`),
  ];
  process.stdout.write(lines.join(''));
  do await turn();
  while (meter.backlog > backlogMax);
}
process.exitCode = (await meter.close(30_000)) === 0 ? 0 : 1;
await pool.end();
process.stdin.destroy();
