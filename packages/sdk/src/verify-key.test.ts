import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { createApigate } from './create-apigate.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** A server that answers the nth question with the nth status, and every later one with the last. */
async function startServer(body: object, ...statuses: number[]) {
  const asked: { path: string; authorization: string | undefined; body: unknown }[] = [];
  const respond = async (req: IncomingMessage, res: ServerResponse) => {
    const { authorization } = req.headers;
    asked.push({ path: req.url ?? '', authorization, body: JSON.parse(await text(req)) });
    const status = statuses[Math.min(asked.length, statuses.length) - 1] ?? 200;
    res.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' });
    res.end(JSON.stringify(body));
  };
  const server = createServer((req, res) => void respond(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return { asked, api: createApigate({ url, token: 'sk_1' }) };
}

const verdict = {
  valid: true,
  code: 'valid',
  user_id: 'u',
  metadata: { company_size: '10' },
  ratelimit: { limit: 1, retry_after_seconds: null },
};

test('asks by the service key, and tells the verdict in camelCase with the metadata as it is', async () => {
  const { asked, api } = await startServer(verdict, 200);
  expect(await api.keys.verify({ key: 'ak_1', method: 'GET', path: '/x', count: true })).toEqual({
    valid: true,
    code: 'valid',
    userId: 'u',
    metadata: { company_size: '10' },
    ratelimit: { limit: 1, retryAfterSeconds: null },
  });
  expect(asked).toEqual([
    {
      path: '/v1/keys/verify',
      authorization: 'Bearer sk_1',
      body: { key: 'ak_1', method: 'GET', path: '/x', count: true },
    },
  ]);
});

test('asks again after a passing trouble', async () => {
  const { asked, api } = await startServer(verdict, 503, 502, 200);
  expect(await api.keys.verify({ key: 'ak_1' })).toMatchObject({ valid: true });
  expect(asked).toHaveLength(3);
});

test('never asks twice for what is counted', async () => {
  const problem = { code: 'not_ready', detail: 'later', request_id: 'r' };
  const { asked, api } = await startServer(problem, 503, 200);
  await expect(api.keys.verify({ key: 'ak_1', count: true })).rejects.toMatchObject({
    name: 'ApigateError',
    code: 'not_ready',
    message: 'later',
    status: 503,
    requestId: 'r',
  });
  expect(asked).toHaveLength(1);
});

test('tells the faults of a question, and an answer that is not ours', async () => {
  const errors = [{ path: 'path', message: 'must be a path that starts with /' }];
  const problem = { code: 'bad_request', detail: 'path: no', request_id: 'r', errors };
  const refused = await startServer(problem, 400);
  await expect(refused.api.keys.verify({ key: 'x', path: 'x' })).rejects.toMatchObject({
    code: 'bad_request',
    errors,
  });
  const other = await startServer({ error: 'no such page' }, 404);
  await expect(other.api.keys.verify({ key: 'x' })).rejects.toMatchObject({
    code: 'network_error',
    status: 404,
  });
});

describe('an answer that may be old', () => {
  const recent = { cacheMs: 60_000 };

  test('is asked for once, by many at once too', async () => {
    const { asked, api } = await startServer(verdict, 200);
    const first = await Promise.all(
      Array.from({ length: 5 }, () => api.keys.verify({ key: 'ak_1' }, recent)),
    );
    expect(await api.keys.verify({ key: 'ak_1' }, recent)).toEqual(first[4]);
    expect(asked).toHaveLength(1);
  });

  test('is that to the same question, and not older than the caller takes', async () => {
    const { asked, api } = await startServer(verdict, 200);
    await api.keys.verify({ key: 'ak_1' }, recent);
    await api.keys.verify({ key: 'ak_2' }, recent);
    await api.keys.verify({ key: 'ak_1', scopes: ['a'] }, recent);
    await api.keys.verify({ key: 'ak_1' });
    while (asked.length === 4) await api.keys.verify({ key: 'ak_1' }, { cacheMs: 1 });
    expect(asked).toHaveLength(5);
  });

  test('is never that to a question that counts', async () => {
    const { asked, api } = await startServer(verdict, 200);
    for (let at = 0; at < 2; at += 1) await api.keys.verify({ key: 'ak_1', count: true }, recent);
    expect(asked).toHaveLength(2);
  });

  test('is no failure, and no more than a thousand are kept', async () => {
    let asked = 0;
    const api = createApigate({
      url: 'http://api.test',
      fetch: async () => Response.json(verdict, { status: (asked += 1) === 1 ? 500 : 200 }),
    });
    const verify = (at: number) => api.keys.verify({ key: `ak_${at}` }, recent);
    await expect(verify(0)).rejects.toThrow();
    for (let at = 0; at <= 1_000; at += 1) await verify(at);
    await verify(1_000);
    expect(asked).toBe(1_002);
    await verify(0);
    expect(asked).toBe(1_003);
  });
});
