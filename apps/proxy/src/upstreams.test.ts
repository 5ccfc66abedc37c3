import { sealSecret, upstreamAuthPurpose } from '@apigate/domain/gateway';
import { expect, test } from 'vitest';
import { startEchoUpstream } from './testing/echo-upstream.ts';
import { insertCustomer } from './testing/records.ts';
import { startGateway } from './testing/start-gateway.ts';
import { waitUntil } from './testing/wait-until.ts';

test('a new address takes over at once, and what is in progress at the old one is finished', async () => {
  await using gateway = await startGateway();
  await using other = await startEchoUpstream();
  const { secret } = await insertCustomer(gateway.db);
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  gateway.upstream.answer = (_req, res) => void mayAnswer.then(() => res.end('old'));
  const pending = gateway.send(secret);
  await waitUntil('it reached the old address', () => gateway.upstream.hits === 1);
  const sql = 'update upstreams set url = $2 where id = $1';
  await gateway.db.query(sql, [gateway.upstreamId, other.url]);
  await gateway.heard();
  await gateway.echo(secret);
  expect(other.hits).toBe(1);
  answer();
  expect(await (await pending).text()).toBe('old');
});

test('an upstream whose credential cannot be opened is not called without it', async () => {
  const sealed = sealSecret(Buffer.from('another key'), upstreamAuthPurpose, 'Bearer x');
  const upstream = { auth_header_name: 'Authorization', auth_header_value: sealed };
  await using gateway = await startGateway({ upstream });
  const { secret } = await insertCustomer(gateway.db);
  const res = await gateway.send(secret);
  expect(await res.json()).toMatchObject({ status: 502, code: 'upstream_unreachable' });
  expect(gateway.upstream.hits).toBe(0);
});

test('more requests than may wait for an upstream are refused, and cost nothing', async () => {
  await using gateway = await startGateway({
    bounds: { upstreamQueueMax: 2 },
    upstream: { connections_max: 1 },
  });
  const { secret } = await insertCustomer(gateway.db);
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  gateway.upstream.answer = (_req, res) => void mayAnswer.then(() => res.end('late'));
  const pending = Array.from({ length: 5 }, async () => {
    const res = await gateway.send(secret);
    await res.text();
    return res;
  });
  const refused = await Promise.race(pending);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  answer();
  const statuses = (await Promise.all(pending)).map(({ status }) => status);
  expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 200, 200, 503, 503]);
  gateway.upstream.answer = null;
  expect((await gateway.send(secret)).headers.get('x-quota-used')).toBe('4');
});
