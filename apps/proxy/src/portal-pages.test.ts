import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCustomer } from './testing/records.ts';
import { startGateway, type Gateway } from './testing/start-gateway.ts';

const portal = 'https://portal.test';
let gateway: Gateway;
let secret: string;
beforeAll(async () => {
  gateway = await startGateway();
  ({ secret } = await insertCustomer(gateway.db));
  await gateway.heard();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const corsOf = ({ headers }: Response) =>
  [...headers].filter(([name]) => name.startsWith('access-control-'));
const preflight = (origin: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/v1/things`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PATCH', ...headers },
  });

test('the portal may send what it asks for, with a key and without cookies', async () => {
  const answer = await preflight(portal, { 'access-control-request-headers': 'x-api-key,x-trace' });
  expect(answer.status).toBe(204);
  expect(Object.fromEntries(corsOf(answer))).toEqual({
    'access-control-allow-origin': portal,
    'access-control-allow-methods': 'PATCH',
    'access-control-allow-headers': 'x-api-key,x-trace',
    'access-control-max-age': '600',
  });
});

test('the portal reads answers and refusals, with their limits', async () => {
  const passed = await gateway.send(secret, '/v1/things', { headers: { origin: portal } });
  const refused = await gateway.send('wrong', '/v1/things', { headers: { origin: portal } });
  expect([passed.status, refused.status]).toEqual([200, 401]);
  for (const answer of [passed, refused]) {
    expect(Object.fromEntries(corsOf(answer))).toEqual({
      'access-control-allow-origin': portal,
      'access-control-expose-headers': '*',
    });
    expect(answer.headers.get('vary')).toContain('Origin');
  }
  expect(passed.headers.get('x-request-id')).not.toBeNull();
});

test('to other origins nothing is said, and their OPTIONS is the upstream’s to answer', async () => {
  for (const origin of ['https://evil.test', `${portal}.evil.test`, 'http://portal.test', 'null']) {
    const refused = await preflight(origin);
    expect([refused.status, corsOf(refused)], origin).toEqual([401, []]);
    const read = await gateway.send(secret, '/v1/things', { headers: { origin } });
    expect(corsOf(read), origin).toEqual([]);
  }
  const passed = await gateway.send(secret, '/v1/things', { method: 'OPTIONS' });
  expect(passed.status).toBe(200);
});

test('without the setting the portal is a page like any other', async () => {
  const set = `insert into settings (name, value, updated_at) values ('portal.try_it', 'false', now())`;
  await gateway.db.query(set);
  await gateway.heard();
  expect(corsOf(await preflight(portal))).toEqual([]);
  const read = await gateway.send(secret, '/v1/things', { headers: { origin: portal } });
  expect(corsOf(read)).toEqual([]);
  await gateway.db.query(`delete from settings where name = 'portal.try_it'`);
});
