import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
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
