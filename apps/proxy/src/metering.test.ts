import { expect, test } from 'vitest';
import { insertCustomer } from './testing/records.ts';
import { startGateway } from './testing/start-gateway.ts';
import { waitUntil } from './testing/wait-until.ts';

test('requests sent, events, both rollups, quota and what the client is told are one number', async () => {
  await using gateway = await startGateway();
  const { secret, userId } = await insertCustomer(gateway.db, {
    plan: { requests_per_month: 300 },
  });
  const sent = 320;
  const answers = await Promise.all(Array.from({ length: sent }, () => gateway.send(secret, '/x')));
  await Promise.all(answers.map((res) => res.text()));
  await gateway.events(sent);
  const { rows } = await gateway.db.query(
    `select (select count(*) from usage_events)::int as events,
      (select sum(units) from usage_events)::int as units,
      (select sum(requests) from usage_hours)::int as hours,
      (select sum(units) from usage_hours)::int as hour_units,
      (select sum(requests) from usage_days)::int as days,
      (select sum(requests) from usage_days where outcome = 'refused')::int as refused,
      (select sum(units) from quota_periods)::int as quota,
      (select count(*) from keys where last_used_at is not null)::int as used_keys`,
  );
  expect(rows[0]).toEqual({
    events: sent,
    units: 300,
    hours: sent,
    hour_units: 300,
    days: sent,
    refused: 20,
    quota: 300,
    used_keys: 1,
  });
  expect(gateway.upstream.hits).toBe(300);
  const after = await gateway.send(secret);
  expect([after.status, after.headers.get('x-quota-used')]).toEqual([402, '300']);
  expect(userId).toBeDefined();
});

test('what is in progress at shutdown is finished and shipped', async () => {
  const gateway = await startGateway({ bounds: { usageShipMs: 60_000 } });
  const { secret } = await insertCustomer(gateway.db);
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  gateway.upstream.answer = (_req, res) => void mayAnswer.then(() => res.end('done'));
  const pending = gateway.send(secret);
  await waitUntil('it reached the upstream', () => gateway.upstream.hits === 1);
  const closing = gateway.proxy.close();
  await waitUntil('no new connection is accepted', () =>
    fetch(`${gateway.url}/_apigate/healthz`, { headers: { connection: 'close' } }).then(
      () => false,
      () => true,
    ),
  );
  answer();
  const res = await pending;
  expect([res.status, res.headers.get('connection'), await res.text()]).toEqual([
    200,
    'close',
    'done',
  ]);
  await closing;
  expect(await gateway.events(1)).toHaveLength(1);
  await gateway[Symbol.asyncDispose]();
});

test('requests are refused rather than lost to metering', async () => {
  await using gateway = await startGateway({
    bounds: { usageShipMs: 60_000, spoolBytesMax: 2_000 },
  });
  const { secret } = await insertCustomer(gateway.db);
  let answered = 0;
  while ((await gateway.send(secret)).status === 200) answered += 1;
  expect(answered).toBeGreaterThan(1);
  const refused = await gateway.send(secret);
  expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'overloaded' }]);
  expect(gateway.upstream.hits).toBe(answered);
  await gateway.db.query(`insert into settings values ('metering.when_full', '"serve"', now())`);
  await waitUntil('it serves', async () => (await gateway.send(secret)).status === 200);
});
