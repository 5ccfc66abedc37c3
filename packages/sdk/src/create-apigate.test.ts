import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Page as ContractPage } from '@apigate/contract';
import { afterEach, describe, expect, expectTypeOf, test } from 'vitest';
import superjson from 'superjson';
import { ApigateError } from './apigate-error.ts';
import { type ApigateOptions, createApigate } from './create-apigate.ts';
import type { Page } from './listing.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

type Answerer = (req: IncomingMessage, res: ServerResponse, input: unknown) => void;

/** A server that answers the nth call with the nth answerer, and every later one with the last. */
async function startServer(...answerers: Answerer[]) {
  const calls: { method: string; path: string; input: unknown; authorization?: string }[] = [];
  const respond = async (req: IncomingMessage, res: ServerResponse) => {
    const url = new URL(req.url ?? '/', 'http://server');
    const body = await text(req);
    const sent = req.method === 'GET' ? url.searchParams.get('input') : body;
    const input = sent ? superjson.parse(sent) : undefined;
    const { authorization } = req.headers;
    calls.push({
      method: req.method ?? '',
      path: url.pathname,
      input,
      ...(authorization === undefined ? {} : { authorization }),
    });
    answerers[Math.min(calls.length, answerers.length) - 1]?.(req, res, input);
  };
  const server = createServer((req, res) => void respond(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  closers.push(close);
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    calls,
    url,
    close,
    client: (options?: Partial<ApigateOptions>) => createApigate({ url, ...options }),
  };
}

function answer(data: unknown): Answerer {
  return (_req, res) => {
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify({ result: { data: superjson.serialize(data) } }));
  };
}

function refuse(status: number, data: object, headers: Record<string, string> = {}): Answerer {
  const error = { message: 'says the server', code: -32000, data: { httpStatus: status, ...data } };
  return (_req, res) => {
    res.writeHead(status, { 'content-type': 'application/json', ...headers });
    res.end(JSON.stringify({ error: superjson.serialize(error) }));
  };
}

const unavailable: Answerer = (_req, res) => {
  res.writeHead(503, { 'retry-after': '0' }).end('<h1>Unavailable</h1>');
};

async function failure(call: Promise<unknown>): Promise<ApigateError> {
  const error = await call.then(
    () => new Error('the call succeeded'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ApigateError) return error;
  throw error;
}

describe('calls', () => {
  test('carry the token and the input, and bring dates back as dates', async () => {
    const createdAt = new Date('2026-11-21T20:00:00Z');
    const server = await startServer(answer({ id: '1', createdAt }));
    const user = await server.client({ token: 'sk_1' }).users.get('jane@example.com');
    expect(user.createdAt).toEqual(createdAt);
    expect(server.calls).toEqual([
      {
        method: 'GET',
        path: '/trpc/users.get',
        input: { user: 'jane@example.com' },
        authorization: 'Bearer sk_1',
      },
    ]);
  });

  test('send changes as a POST, the reference beside them', async () => {
    const server = await startServer(answer({ id: '1' }));
    await server.client({ url: `${server.url}/` }).users.update('jane', { plan: 'pro' });
    expect(server.calls).toEqual([
      { method: 'POST', path: '/trpc/users.update', input: { user: 'jane', plan: 'pro' } },
    ]);
  });

  test('ask a token function before each call', async () => {
    const server = await startServer(answer({}));
    let count = 0;
    const client = server.client({ token: async () => `token-${(count += 1)}` });
    await client.auth.me();
    await client.auth.me();
    expect(server.calls.map((call) => call.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  test('pass on what a token function throws', async () => {
    const server = await startServer(answer({}));
    const reason = new Error('no token today');
    const client = server.client({ token: () => Promise.reject(reason) });
    await expect(client.auth.me()).rejects.toBe(reason);
    expect(server.calls).toEqual([]);
  });

  test('refuse a token that no header can carry, such as one with a line break', async () => {
    const client = createApigate({ url: 'http://127.0.0.1:2', token: 'sk_1\n' });
    await expect(client.auth.me()).rejects.toThrow(TypeError);
  });

  test('use the fetch they are given', async () => {
    const client = createApigate({
      url: 'http://nowhere.invalid',
      fetch: async () => Response.json({ result: { data: superjson.serialize({ version: '9' }) } }),
    });
    expect(await client.auth.instance()).toEqual({ version: '9' });
  });
});

describe('lists', () => {
  test('have the pages of the contract', () => {
    expectTypeOf<Page<string>>().toEqualTypeOf<ContractPage<string>>();
  });

  const pages: Answerer[] = [
    answer({ data: [{ id: 'a' }, { id: 'b' }], hasMore: true, nextCursor: 'after-b' }),
    answer({ data: [{ id: 'c' }], hasMore: false, nextCursor: null }),
  ];

  test('are one page when awaited', async () => {
    const server = await startServer(...pages);
    const page = await server.client().users.list({ plan: 'pro', limit: 2 });
    expect(page.nextCursor).toBe('after-b');
    expect(server.calls.map((call) => call.input)).toEqual([{ plan: 'pro', limit: 2 }]);
  });

  test('are every item when iterated, one request a page', async () => {
    const server = await startServer(...pages);
    const ids: string[] = [];
    for await (const user of server.client().users.list({ limit: 2 })) ids.push(user.id);
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(server.calls.map((call) => call.input)).toEqual([
      { limit: 2 },
      { limit: 2, cursor: 'after-b' },
    ]);
  });

  test('are a page and a loop also where the server gives them whole', async () => {
    const server = await startServer(answer({ data: [{ name: 'a' }, { name: 'b' }] }));
    const settings = server.client().settings.list();
    expect(await settings).toMatchObject({ hasMore: false, nextCursor: null });
    const names: string[] = [];
    for await (const setting of settings) names.push(setting.name);
    expect(names).toEqual(['a', 'b']);
    expect(server.calls).toHaveLength(1);
  });

  test('ask for no page past the point where the loop ends', async () => {
    const server = await startServer(...pages);
    for await (const user of server.client().users.list()) if (user.id === 'b') break;
    expect(server.calls).toHaveLength(1);
  });
});

describe('errors', () => {
  test('carry the code, request id, status and field errors of the server', async () => {
    const errors = [{ path: 'email', message: 'must be an e-mail address' }];
    const server = await startServer(refuse(400, { code: 'bad_request', requestId: 'r1', errors }));
    const error = await failure(server.client().users.create({ email: 'x' }));
    expect(error).toMatchObject({
      name: 'ApigateError',
      code: 'bad_request',
      message: 'says the server',
      requestId: 'r1',
      status: 400,
      errors,
    });
  });

  test('tell an unreachable server', async () => {
    const server = await startServer();
    await server.close();
    const error = await failure(server.client({ retries: 0 }).auth.me());
    expect(error.code).toBe('network_error');
    expect(error.message).toBe(`cannot reach ${server.url}: ECONNREFUSED`);
    expect(error.errors).toEqual([]);
  });

  test.for([
    ['a page', '<h1>Hello</h1>'],
    ['JSON of something else', '{"code":"missing_api_key","status":401}'],
  ])('tell a server that is not apigate: %s', async ([, body]) => {
    const server = await startServer((_req, res) => res.writeHead(401).end(body));
    const error = await failure(server.client().auth.me());
    expect(error).toMatchObject({ code: 'network_error', status: 401 });
    expect(error.message).toContain('is not the control plane');
  });

  test('tell a server that is silent, or falls silent within its answer', async () => {
    const silent = await startServer(() => {});
    let attempts = 0;
    const client = silent.client({
      timeoutMs: 50,
      fetch: (input, init) => {
        attempts += 1;
        return fetch(input, init);
      },
    });
    expect((await failure(client.auth.me())).code).toBe('timeout');
    expect(attempts).toBe(1);
    const stuck = await startServer((_req, res) => res.writeHead(200).write('{"result":'));
    expect((await failure(stuck.client({ timeoutMs: 50 }).auth.me())).code).toBe('timeout');
  });
});

describe('retries', () => {
  test.for([429, 502, 503, 504])('bring a read past a %i', async (status) => {
    const server = await startServer(
      refuse(status, { code: 'overloaded', requestId: 'r1' }, { 'retry-after': '0' }),
      answer({ version: '1' }),
    );
    expect(await server.client().auth.instance()).toEqual({ version: '1' });
    expect(server.calls).toHaveLength(2);
  });

  test('bring a read past a broken connection', async () => {
    const server = await startServer((req) => req.socket.destroy(), answer({ version: '1' }));
    expect(await server.client().auth.instance()).toEqual({ version: '1' });
  });

  test('end after the number asked for', async () => {
    const server = await startServer(unavailable);
    const error = await failure(server.client({ retries: 1 }).auth.me());
    expect(error).toMatchObject({ code: 'network_error', status: 503 });
    expect(server.calls).toHaveLength(2);
  });

  test.for(['seconds', 'a date'])('wait as long as Retry-After says in %s', async (form) => {
    const inTwoSeconds = new Date(Date.now() + 2_000).toUTCString();
    const headers = { 'retry-after': form === 'seconds' ? '1' : inTwoSeconds };
    const server = await startServer(
      refuse(429, { code: 'overloaded', requestId: 'r1' }, headers),
      answer({}),
    );
    const startedAt = performance.now();
    await server.client().auth.me();
    expect(performance.now() - startedAt).toBeGreaterThan(900);
  });

  test('are not made where Retry-After is longer than the timeout', async () => {
    const server = await startServer(
      refuse(429, { code: 'overloaded', requestId: 'r1' }, { 'retry-after': '3600' }),
    );
    expect(await failure(server.client().auth.me())).toMatchObject({ code: 'overloaded' });
    expect(server.calls).toHaveLength(1);
  });

  test('are never made for a change or for a refusal', async () => {
    const changing = await startServer(unavailable);
    await failure(changing.client().users.suspend('jane'));
    expect(changing.calls).toHaveLength(1);
    const refusing = await startServer(refuse(404, { code: 'not_found', requestId: 'r1' }));
    await failure(refusing.client().users.get('jane'));
    expect(refusing.calls).toHaveLength(1);
  });
});

describe('a signal', () => {
  test('ends a call that is under way, and those after it', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const server = await startServer(() => resolve());
    const controller = new AbortController();
    let attempts = 0;
    const client = server.client({
      signal: controller.signal,
      fetch: (input, init) => {
        attempts += 1;
        return fetch(input, init);
      },
    });
    const call = failure(client.auth.me());
    await asked;
    controller.abort(new Error('the user has left'));
    const error = await call;
    expect(error).toMatchObject({ code: 'aborted', cause: new Error('the user has left') });
    expect((await failure(client.auth.me())).code).toBe('aborted');
    expect([server.calls.length, attempts]).toEqual([1, 2]);
  });

  test('ends the pause before a retry', async () => {
    const hourMs = 3_600_000;
    const controller = new AbortController();
    const client = createApigate({
      url: 'http://nowhere.invalid',
      signal: controller.signal,
      timeoutMs: hourMs,
      fetch: async (_input, init) => {
        init?.signal?.throwIfAborted();
        setTimeout(() => controller.abort(), 50);
        return new Response('', { status: 503, headers: { 'retry-after': '3600' } });
      },
    });
    expect((await failure(client.auth.me())).code).toBe('aborted');
  });

  test('of `with` ends the calls of that client alone', async () => {
    const server = await startServer(answer({ version: '1' }));
    const client = server.client({ token: 'sk_1' });
    const ended = client.with({ signal: AbortSignal.abort() });
    expect((await failure(ended.auth.me())).code).toBe('aborted');
    await client.auth.me();
    await client.with({ token: 'sk_2' }).auth.me();
    expect(server.calls.map((call) => call.authorization)).toEqual(['Bearer sk_1', 'Bearer sk_2']);
  });
});
