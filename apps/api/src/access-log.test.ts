import { accessPage, auditPage, type AccessRecord } from '@apigate/contract';
import { newId } from '@apigate/domain';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startSessionOf } from './testing/access-tokens.ts';
import { callApi } from './testing/call-api.ts';
import { callGraphql } from './testing/call-graphql.ts';
import { startTestApi, testPassword, type TestApi } from './testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ trustedProxies: ['127.0.0.1'] });
});
afterAll(() => api[Symbol.asyncDispose]());

/** The record of a request, once it is stored. */
function recordOf(headers: Headers): Promise<AccessRecord> {
  const requestId = headers.get('x-request-id');
  return vi.waitFor(
    async () => {
      const { data } = await callApi(
        api,
        'audit.access',
        { limit: 200 },
        {
          isQuery: true,
          token: api.tokens.admin,
        },
      );
      const found = accessPage.parse(data).data.find((record) => record.requestId === requestId);
      if (found === undefined) throw new Error('it is not stored yet');
      return found;
    },
    { timeout: 10_000, interval: 100 },
  );
}

describe('asvs-v5.0.0-16.3.3 a request to the control plane leaves a record', () => {
  test('over tRPC: who, what, when, from where, how it ended and how long it took', async () => {
    const startedAt = Date.now();
    const { headers } = await callApi(
      api,
      'users.get',
      { user: api.users.customer.id },
      {
        isQuery: true,
        token: api.tokens.moderator,
        headers: { 'x-forwarded-for': '203.0.113.44' },
      },
    );
    const record = await recordOf(headers);
    expect(record).toEqual({
      id: expect.any(String),
      timestamp: expect.any(Date),
      userId: api.users.moderator.id,
      userEmail: 'moderator@example.com',
      serviceKey: null,
      method: 'GET',
      endpoint: '/trpc',
      query: 'users.get',
      statusCode: 200,
      responseTime: expect.any(Number),
      ip: '203.0.113.44',
      requestId: headers.get('x-request-id'),
    });
    expect(record.timestamp.getTime()).toBeGreaterThanOrEqual(startedAt);
    expect(record.responseTime).toBeGreaterThanOrEqual(0);
  });

  test('refused and failed ones too, and those of service keys and of nobody', async () => {
    const forbidden = await callApi(
      api,
      'plans.create',
      { name: 'x' },
      { token: api.tokens.customer },
    );
    expect(await recordOf(forbidden.headers)).toMatchObject({
      userId: api.users.customer.id,
      method: 'POST',
      query: 'plans.create',
      statusCode: 403,
    });
    const nobody = await callApi(api, 'users.list', {}, { isQuery: true });
    expect(await recordOf(nobody.headers)).toMatchObject({ userId: null, statusCode: 401 });
    const service = await callApi(
      api,
      'users.list',
      {},
      { isQuery: true, token: api.tokens.service },
    );
    expect(await recordOf(service.headers)).toMatchObject({
      userId: null,
      serviceKey: { id: expect.any(String), name: expect.stringContaining('service key') },
      statusCode: 200,
    });
    const unknown = await callApi(api, 'users.explode', {});
    expect(await recordOf(unknown.headers)).toMatchObject({
      query: 'users.explode',
      statusCode: 404,
    });
  });

  test('over GraphQL: the operations by name, without what they are given', async () => {
    const read = await callGraphql(
      api,
      '{ users(where: { q: "secret" }) { id } mine: me { id } }',
      {
        token: api.tokens.moderator,
      },
    );
    expect(await recordOf(read.headers)).toMatchObject({
      userId: api.users.moderator.id,
      method: 'POST',
      endpoint: '/graphql',
      query: 'users,me',
      statusCode: 200,
    });
    const unreadable = await callGraphql(api, '{ secret');
    expect(await recordOf(unreadable.headers)).toMatchObject({
      endpoint: '/graphql',
      query: null,
      statusCode: 400,
    });
  });

  test('asvs-v5.0.0-16.2.5 over REST, without what is in the body or behind the question mark', async () => {
    const response = await fetch(`${api.url}/auth/login?token=in-the-address`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: api.users.customer.email, password: 'wrong-in-the-body' }),
    });
    const record = await recordOf(response.headers);
    expect(record).toMatchObject({
      userId: null,
      method: 'POST',
      endpoint: '/auth/login',
      query: null,
      statusCode: 400,
    });
    await callApi(api, 'invites.offer', { token: 'a-link-in-a-query' }, { isQuery: true });
    const { rows } = await api.domain.db.query('select r::text as row from access_records r');
    expect(JSON.stringify(rows)).not.toMatch(/in-the-address|in-the-body|a-link-in-a-query/);
  });

  test('asvs-v5.0.0-16.4.1 an address that wants to be a line of its own is one record', async () => {
    const response = await fetch(`${api.url}/auth/%0d%0aGET%20/forged?x=%0a`, { method: 'POST' });
    expect(await recordOf(response.headers)).toMatchObject({
      endpoint: '/auth/%0d%0aGET%20/forged',
      statusCode: 404,
    });
    const long = await fetch(`${api.url}/auth/${'x'.repeat(4000)}`);
    expect((await recordOf(long.headers)).endpoint.length).toBeLessThanOrEqual(512);
  });

  test('is read by admins alone, of one user where asked', async () => {
    for (const token of [api.tokens.customer, api.tokens.moderator]) {
      expect((await callApi(api, 'audit.access', {}, { isQuery: true, token })).status).toBe(403);
    }
    const own = await callApi(api, 'auth.me', undefined, {
      isQuery: true,
      token: api.tokens.otherCustomer,
    });
    await recordOf(own.headers);
    const { data } = await callApi(
      api,
      'audit.access',
      { user: api.users.otherCustomer.email },
      {
        isQuery: true,
        token: api.tokens.admin,
      },
    );
    const userIds = accessPage.parse(data).data.map(({ userId }) => userId);
    expect(new Set(userIds)).toEqual(new Set([api.users.otherCustomer.id]));
  });
});

describe('the audit log', () => {
  const events = async (input: object) => {
    const { data } = await callApi(api, 'audit.list', input, {
      isQuery: true,
      token: api.tokens.admin,
    });
    return auditPage.parse(data).data;
  };

  test('asvs-v5.0.0-16.3.2 has each refusal of the policy: who, what, from where', async () => {
    const { headers } = await callApi(
      api,
      'settings.set',
      { name: 'mail.from', value: 'x' },
      {
        token: api.tokens.moderator,
        headers: { 'user-agent': 'a test', 'x-forwarded-for': '203.0.113.45' },
      },
    );
    const [event] = await events({
      action: 'access.refused',
      user: api.users.moderator.id,
      limit: 1,
    });
    expect(event).toMatchObject({
      level: 'WARN',
      service: 'AccessService',
      message: 'Access refused: settings.set',
      actor: { kind: 'user', id: api.users.moderator.id, label: api.users.moderator.email },
      target: { kind: 'procedure', id: 'settings.set' },
      ip: '203.0.113.45',
      userAgent: 'a test',
      requestId: headers.get('x-request-id'),
    });
  });

  test('has the refusals, too, of which the caller is told that there is no such thing', async () => {
    const { data } = await callApi(
      api,
      'users.get',
      { user: api.users.otherCustomer.id },
      { token: api.tokens.customer },
    ).then(({ error }) => ({ data: error?.data }));
    expect(data?.code).toBe('not_found');
    const { rows } = await api.domain.db.query(
      `select target_id from audit_events where action = 'access.refused' and request_id = $1`,
      [data?.requestId],
    );
    expect(rows).toEqual([{ target_id: 'users.get' }]);
  });

  test('is written before a refusal is told: where it cannot be, the caller learns of no refusal', async () => {
    await using broken = await startTestApi();
    await broken.domain.db.query(
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$;
       create trigger refuse before insert on audit_events for each row execute function refuse()`,
    );
    const refused = [
      await callApi(
        broken,
        'users.get',
        { user: broken.users.otherCustomer.id },
        { token: broken.tokens.customer, isQuery: true },
      ),
      await callApi(
        broken,
        'settings.set',
        { name: 'mail.from', value: 'x@example.com' },
        { token: broken.tokens.moderator },
      ),
    ];
    for (const { status, error, text } of refused) {
      expect([status, error?.data.code]).toEqual([500, 'internal_error']);
      expect(text).not.toContain('disk');
    }
    const events = broken.logLines.map((line) => Reflect.get(Object(JSON.parse(line)), 'event'));
    expect(events.filter((event) => event === 'refusal_not_recorded')).toHaveLength(2);
    // What is not there for anybody needs no record.
    const missing = await callApi(
      broken,
      'users.get',
      { user: newId() },
      { token: broken.tokens.admin, isQuery: true },
    );
    expect(missing.status).toBe(404);
  });

  test('asvs-v5.0.0-16.3.1 has each sign-in, the failed ones with what was wrong, and no password', async () => {
    const { email, id } = api.users.customer;
    await callApi(api, 'auth.signIn', { email, password: 'a-wrong-one' });
    await callApi(api, 'auth.signIn', { email, password: testPassword });
    const [last, before] = await events({ user: id, limit: 2 });
    expect(last).toMatchObject({
      action: 'auth.signed_in',
      level: 'INFO',
      message: `User login: ${email}`,
    });
    expect(before).toMatchObject({
      action: 'auth.sign_in_failed',
      level: 'WARN',
      after: { wrong: 'password' },
    });
    const { rows } = await api.domain.db.query('select e::text as row from audit_events e');
    expect(JSON.stringify(rows)).not.toContain('a-wrong-one');
    expect(JSON.stringify(rows)).not.toContain(testPassword);
  });

  test('asvs-v5.0.0-16.4.2 stays whole over all of this', async () => {
    const { data } = await callApi(api, 'audit.verify', undefined, {
      isQuery: true,
      token: api.tokens.admin,
    });
    expect(data).toMatchObject({ intact: true, brokenAt: null });
  });

  test('has what an admin did over the session of another, with the request that did it', async () => {
    const { sessionId } = await startSessionOf(api.domain, api.users.otherCustomer);
    const { headers } = await callApi(
      api,
      'sessions.end',
      { session: sessionId },
      {
        token: api.tokens.admin,
      },
    );
    const [event] = await events({ action: 'auth.session_ended', limit: 1 });
    expect(event).toMatchObject({
      actor: { id: api.users.admin.id },
      target: { id: api.users.otherCustomer.id },
      requestId: headers.get('x-request-id'),
    });
  });
});
