import { expect, test } from 'vitest';
import { openProxyGround } from './testing/proxy-ground.ts';
import { startProxyProcess } from './testing/proxy-process.ts';
import { insertCustomer } from './testing/records.ts';
import { exchangeRaw } from './testing/send-raw.ts';
import { waitUntil } from './testing/wait-until.ts';

test('whichever thread is asked tells what all threads of the process have done', async () => {
  await using ground = await openProxyGround({ name: 'all' });
  const { secret } = await insertCustomer(ground.db);
  const { port, stop } = await startProxyProcess({
    DATABASE_URL: ground.databaseUrl,
    APIGATE_DATA_DIR: ground.dataDir,
    APIGATE_PROXY_THREADS: '2',
  });
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
  expect(await stop()).toBe(0);
}, 30_000);
