import { decision, refusalStatus, type RefusalCode } from '@apigate/contract';
import { describe, expect, test } from 'vitest';
import { SharedCounters } from './counters/shared-counters.ts';
import { demandedBuckets, explainDecision, type DecidedRequest } from './explain-decision.ts';
import { quotaPeriodAt } from './quota-period.ts';

const period = quotaPeriodAt(Date.UTC(2026, 10, 21));
const expiresAtMs = Date.UTC(2026, 11, 1);

function refused(code: RefusalCode, overrides: Partial<DecidedRequest> = {}): DecidedRequest {
  return {
    code,
    caller: {
      key: {
        id: 'key',
        digest: 'a digest',
        scopes: ['things:read'],
        allowedIps: ['10.0.0.0/8'],
        rateLimitPerMinute: 5,
        expiresAtMs,
        enabled: true,
        revoked: false,
        graceUntilMs: null,
        secretHash: 'a hash',
      },
      user: { id: 'user', email: 'a@example.com', status: 'active', planId: 'plan', metadata: {} },
    },
    ip: '10.1.2.3',
    route: { methods: ['GET'], host: null, path: '/v1/*', requiredScopes: ['things:write'] },
    buckets: [
      {
        demand: { id: 'u:user', perMinute: 60, capacity: 60 },
        remaining: 12,
        retryAfterMs: 0,
      },
      { demand: { id: 'l:key', perMinute: 5, capacity: 5 }, remaining: 0, retryAfterMs: 8_000 },
      { demand: { id: 'r:route:user', perMinute: 9, capacity: 9 }, remaining: 8, retryAfterMs: 0 },
    ],
    quota: {
      limits: {
        rateLimitPerMinute: 60,
        burst: null,
        requestsPerMonth: 1000,
        enforcement: 'hard',
      },
      used: 1000,
      cost: 2,
      period,
    },
    ...overrides,
  };
}

const verdicts = (request: DecidedRequest) =>
  explainDecision(request).map(({ rule, passed }) => (passed ? rule : `${rule}!`));

const upToScopes = ['route', 'credential', 'key', 'user', 'ip', 'scopes'];

test.each([
  ['key_revoked', ['route', 'credential', 'key!']],
  ['key_expired', ['route', 'credential', 'key!']],
  ['key_disabled', ['route', 'credential', 'key!']],
  ['user_suspended', ['route', 'credential', 'key', 'user!']],
  ['ip_not_allowed', ['route', 'credential', 'key', 'user', 'ip!']],
  ['insufficient_scope', ['route', 'credential', 'key', 'user', 'ip', 'scopes!']],
  ['rate_limited', [...upToScopes, 'rate_limit', 'rate_limit!', 'rate_limit']],
  ['quota_exceeded', [...upToScopes, 'rate_limit', 'rate_limit', 'rate_limit', 'quota!']],
  [
    'upstream_unreachable',
    [...upToScopes, 'rate_limit', 'rate_limit', 'rate_limit', 'quota', 'forward!'],
  ],
] as const)('tells of %s the rules up to the one that decided', (code, expected) => {
  expect(verdicts(refused(code))).toEqual(expected);
});

test('gives every refusal exactly one kind of rule that decided, the last one looked at', () => {
  for (const code of Object.keys(refusalStatus) as RefusalCode[]) {
    const steps = explainDecision(refused(code));
    const decisive = new Set(steps.filter(({ passed }) => !passed).map(({ rule }) => rule));
    expect([...decisive], code).toEqual([steps.at(-1)?.rule]);
  }
});

test('gives the numbers by which each rule was decided, and survives being stored', () => {
  const steps = explainDecision(refused('quota_exceeded'));
  expect(decision.parse(JSON.parse(JSON.stringify(steps)))).toEqual([
    { rule: 'route', passed: true, methods: ['GET'], host: null, path: '/v1/*' },
    { rule: 'credential', passed: true },
    {
      rule: 'key',
      passed: true,
      revoked: false,
      graceUntil: null,
      expiresAt: new Date(expiresAtMs),
      enabled: true,
    },
    { rule: 'user', passed: true, status: 'active' },
    { rule: 'ip', passed: true, ip: '10.1.2.3', allowed: ['10.0.0.0/8'] },
    {
      rule: 'scopes',
      passed: true,
      required: ['things:write'],
      held: ['things:read'],
      missing: ['things:write'],
    },
    {
      rule: 'rate_limit',
      passed: true,
      bucket: 'user',
      perMinute: 60,
      capacity: 60,
      remaining: 12,
      retryAfterMs: 0,
    },
    {
      rule: 'rate_limit',
      passed: true,
      bucket: 'key_limit',
      perMinute: 5,
      capacity: 5,
      remaining: 0,
      retryAfterMs: 8_000,
    },
    {
      rule: 'rate_limit',
      passed: true,
      bucket: 'route',
      perMinute: 9,
      capacity: 9,
      remaining: 8,
      retryAfterMs: 0,
    },
    {
      rule: 'quota',
      passed: false,
      limit: 1000,
      used: 1000,
      cost: 2,
      enforcement: 'hard',
      periodEnd: new Date(period.endMs),
    },
  ]);
});

test('holds neither the secret nor its digest', () => {
  const text = JSON.stringify(explainDecision(refused('quota_exceeded')));
  expect(text).not.toMatch(/a digest|a hash/);
});

test('counts scopes that were asked for beside those of the route', () => {
  const steps = explainDecision(refused('insufficient_scope', { scopes: ['b'], route: null }));
  expect(steps.at(-1)).toMatchObject({ rule: 'scopes', required: ['b'], missing: ['b'] });
  expect(steps[0]).toMatchObject({ rule: 'credential' });
});

test('names a bucket as the one that refused even where its token came back meanwhile', () => {
  const buckets = [
    { demand: { id: 'u:user', perMinute: 60, capacity: 60 }, remaining: 1, retryAfterMs: 0 },
  ];
  expect(verdicts(refused('rate_limited', { buckets }))).toEqual([...upToScopes, 'rate_limit!']);
});

describe('the states of buckets', () => {
  const demands = [
    { id: 'u:a', perMinute: 60, capacity: 2 },
    { id: 'k:a', perMinute: 600, capacity: 600 },
  ];
  test('tell what is left of each and when the next token comes, and take nothing', () => {
    let clockMs = 0;
    const counters = new SharedCounters({ clock: () => clockMs });
    const at = (nowMs: number) => {
      clockMs = nowMs;
      return demandedBuckets(demands, (demanded) => counters.peek(demanded, null).rate).map(
        ({ remaining, retryAfterMs }) => [remaining, retryAfterMs],
      );
    };
    expect(at(0)).toEqual([
      [2, 0],
      [600, 0],
    ]);
    counters.take(demands, null);
    counters.take(demands, null);
    expect(at(0)).toEqual([
      [0, 1000],
      [598, 0],
    ]);
    expect(at(250)).toEqual([
      [0, 750],
      [600, 0],
    ]);
    expect(at(1000)).toEqual([
      [1, 0],
      [600, 0],
    ]);
  });
});
