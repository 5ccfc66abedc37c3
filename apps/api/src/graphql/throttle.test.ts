import type { Actor } from '@apigate/domain';
import { newId } from '@apigate/domain';
import { buildServiceKey } from '@apigate/domain/testing';
import { expect, test } from 'vitest';
import { callGraphql, type GraphqlOptions } from '../testing/call-graphql.ts';
import { startTestApi } from '../testing/test-api.ts';
import { Throttle } from './throttle.ts';

test('lets exactly as many through as a role has, however many come at once, and tells when to come back', async () => {
  await using api = await startTestApi({
    throttle: { windowSeconds: 60, limit: 2 },
    trustedProxies: ['127.0.0.1'],
  });
  const send = (options: GraphqlOptions) => callGraphql(api, '{ me { id } }', options);
  const passed = async (count: number, options: GraphqlOptions) => {
    const answers = await Promise.all(Array.from({ length: count }, () => send(options)));
    return answers.filter(({ status }) => status === 200).length;
  };
  const { customer, otherCustomer, moderator, admin } = api.tokens;
  expect(await passed(12, { token: customer })).toBe(2);
  expect(await passed(3, { token: otherCustomer })).toBe(2);
  expect(await passed(25, { token: moderator })).toBe(20);
  expect(await passed(205, { token: admin })).toBe(200);
  const { secret } = await buildServiceKey(api.domain, ['users:read']);
  expect(await passed(205, { token: secret })).toBe(200);
  // Whoever is not signed in counts by network, with a wrong token or with none.
  const from = (ip: string, token?: string) => ({ token, headers: { 'x-forwarded-for': ip } });
  expect(await passed(3, from('203.0.113.7'))).toBe(2);
  expect(await passed(1, from('203.0.113.99', 'wrong'))).toBe(0);
  expect(await passed(1, from('198.51.100.7'))).toBe(1);

  const refused = await send({ token: customer });
  expect([refused.status, refused.data]).toEqual([429, undefined]);
  expect(refused.errors).toEqual([
    {
      message: expect.stringMatching(/^More than 2 requests in 60 s. Try again in \d+ s\.$/),
      extensions: { code: 'too_many_requests', request_id: expect.any(String) },
    },
  ]);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
});

test('begins a new window when the old one is over', () => {
  const throttle = new Throttle({ windowSeconds: 10, limit: 1 });
  const actor: Actor = {
    kind: 'user',
    id: newId(),
    role: 'customer',
    sessionId: newId(),
    mustEnrolSecondFactor: false,
  };
  expect(throttle.take(actor, '', 0)).toBeNull();
  expect(throttle.take(actor, '', 1)).toEqual({
    calls: 1,
    windowSeconds: 10,
    retryAfterSeconds: 10,
  });
  expect(throttle.take(actor, '', 9_999)).toEqual({
    calls: 1,
    windowSeconds: 10,
    retryAfterSeconds: 1,
  });
  expect(throttle.take(actor, '', 10_000)).toBeNull();
  expect(throttle.take(actor, '', 10_001)).not.toBeNull();
  // An admin who has no second factor yet, where one is asked for, is no more than a customer.
  const unready = { ...actor, id: newId(), role: 'admin', mustEnrolSecondFactor: true } as const;
  expect(throttle.take(unready, '', 0)).toBeNull();
  expect(throttle.take(unready, '', 0)).not.toBeNull();
});
