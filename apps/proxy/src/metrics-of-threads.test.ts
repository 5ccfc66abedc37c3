import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestDatabase } from '@apigate/domain/testing';
import { Pool } from 'pg';
import { expect, test } from 'vitest';
import { startEchoUpstream } from './testing/echo-upstream.ts';
import { insertCustomer, insertRoute, insertUpstream, testPepper } from './testing/records.ts';
import { exchangeRaw } from './testing/send-raw.ts';
import { waitUntil } from './testing/wait-until.ts';

test('whichever thread is asked tells what all threads of the process have done', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'apigate-metrics-'));
  const database = await createTestDatabase();
  const db = new Pool({ connectionString: database.url });
  db.on('connect', (client) => client.on('error', () => undefined));
  const upstream = await startEchoUpstream();
  await insertRoute(db, await insertUpstream(db, upstream.url), { name: 'all' });
  const { secret } = await insertCustomer(db);
  const child = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), {
    silent: true,
    execArgv: [],
    env: {
      PATH: '/usr/bin',
      DATABASE_URL: database.url,
      APIGATE_PROXY_PORT: '0',
      APIGATE_PROXY_THREADS: '2',
      APIGATE_DATA_DIR: dataDir,
      APIGATE_KEY_PEPPER: testPepper.toString(),
      APIGATE_ENCRYPTION_KEY: 'e'.repeat(32),
    },
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  // A connection each, so that both threads get some.
  const get = (target: string) =>
    exchangeRaw(port, [`GET ${target} HTTP/1.1`, 'Host: x', `X-API-Key: ${secret}`]);
  const answers = await Promise.all(Array.from({ length: 60 }, (_, at) => get(`/${at}`)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  await waitUntil('every thread tells of all requests', async () => {
    const texts = await Promise.all(Array.from({ length: 12 }, () => get('/_apigate/metrics')));
    return texts.every(({ body }) =>
      [
        'apigate_proxy_requests_total{route="all",status="2xx"} 60\n',
        'apigate_proxy_threads 2\n',
        'apigate_proxy_ready 2\n',
        'apigate_usage_shipped_total 60\n',
      ].every((line) => body.includes(line)),
    );
  });
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
  await upstream.close();
  await db.end();
  await database.drop();
  rmSync(dataDir, { recursive: true, maxRetries: 5 });
}, 30_000);
