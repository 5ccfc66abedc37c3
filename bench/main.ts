/**
 * What `npm run bench` runs: the throughput of the proxy against the same upstream reached directly and through nginx.
 * `--quick` tries it out in a few seconds and writes nothing.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startApigate } from './contestants/apigate.ts';
import { startPlainNginx, startUpstream } from './contestants/nginx.ts';
import { sendLoad } from './load.ts';
import { describeMachine } from './machine.ts';
import { canPin, pinOurselves } from './placement.ts';
import { requirePrograms, stopPrograms } from './programs.ts';
import { freePort } from './ready.ts';
import { balances, writeReport } from './report.ts';
import { measureRounds } from './rounds.ts';

const reportFile = path.join(import.meta.dirname, 'RESULTS.md');
const whole = { rounds: 7, seconds: 3, warmUpSeconds: 3, warmUpRequests: 50_000 };
const quick = { rounds: 2, seconds: 1, warmUpSeconds: 1, warmUpRequests: 10_000 };

async function main(isQuick: boolean): Promise<void> {
  if (process.platform !== 'linux')
    throw new Error('The processor time is read from /proc, which Linux has.');
  requirePrograms(['nginx', 'wrk']);
  await pinOurselves();
  const { rounds, seconds, warmUpSeconds, warmUpRequests } = isQuick ? quick : whole;

  await using stack = new AsyncDisposableStack();
  const dir = mkdtempSync(path.join(tmpdir(), 'apigate-bench-'));
  stack.defer(() => rmSync(dir, { recursive: true, maxRetries: 5 }));
  // Workers of an nginx that root starts run under another account.
  await chmod(dir, 0o755);
  const upstreamPort = await freePort();
  const upstream = stack.use(await startUpstream(dir, upstreamPort));
  const nginx = stack.use(await startPlainNginx(dir, await freePort(), upstreamPort));
  console.log('filling a PostgreSQL with 10,000 keys');
  const apigate = stack.use(await startApigate(dir, await freePort(), upstream.url));
  const { keysFile } = apigate;

  const { hits } = upstream;
  const plan = { rounds, seconds, keysFile, hits };

  console.log('warming up');
  await sendLoad({ url: nginx.url, keysFile, seconds: 1 });
  const hitsBefore = await hits();
  let warmUp = 0;
  while (warmUp < warmUpRequests) {
    warmUp += await sendLoad({ url: apigate.url, keysFile, seconds: warmUpSeconds });
  }
  const warmUpHits = (await hits()) - hitsBefore;
  const measured = await measureRounds([upstream, nginx, apigate], plan);

  const ours = measured.flat().filter(({ contestant }) => contestant === apigate.name);
  const sent = ours.reduce((sum, { requests }) => sum + requests, warmUp);
  const accounts = {
    sent,
    hits: ours.reduce((sum, measurement) => sum + measurement.hits, warmUpHits),
    ...(await apigate.counted(sent)),
  };
  const report = writeReport({
    machine: await describeMachine(),
    measuredAt: new Date(),
    isPinned: canPin,
    seconds,
    contestants: [upstream.name, nginx.name, apigate.name],
    rounds: measured,
    accounts,
  });
  console.log(
    `\n${report
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .join('\n')}\n`,
  );
  if (!balances(accounts)) {
    throw new Error(`Disqualified: the accounts do not agree, ${JSON.stringify(accounts)}`);
  }
  if (isQuick) return;
  writeFileSync(reportFile, report);
  console.log('written to bench/RESULTS.md');
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stopPrograms);
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
await main(values.quick);
