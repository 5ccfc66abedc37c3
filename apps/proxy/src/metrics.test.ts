import { afterAll, beforeAll, expect, test } from 'vitest';
import { v7 } from 'uuid';
import type { UsageRecord } from '@apigate/domain/gateway';
import { ProxyMetrics, proxyMetricsMemory, type ProxyHealth } from './metrics.ts';
import { insertCustomer, insertRoute } from './testing/records.ts';
import { startGateway, type Gateway } from './testing/start-gateway.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** The value of a series; null when there is none. */
function valueOf(metrics: string, series: string): number | null {
  const line = metrics.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
}

const scrape = async (): Promise<string> => (await fetch(`${gateway.url}/_apigate/metrics`)).text();

test('count each request once, by route, status and refusal, in the Prometheus text format', async () => {
  const { secret, userId } = await insertCustomer(gateway.db, {
    plan: { requests_per_month: 3 },
  });
  const name = 'A route with "quotes"';
  await insertRoute(gateway.db, gateway.upstreamId, { path: '/metered/*', name });
  await gateway.heard();
  const before = await scrape();
  for (let at = 0; at < 5; at += 1) await (await gateway.send(secret, `/metered/${at}`)).text();
  await fetch(`${gateway.url}/metered/x`);
  await fetch(`${gateway.url}/metered/x`, { headers: { 'X-API-Key': 'not-a-key' } });
  const route = 'route="A route with \\"quotes\\""';
  const series = {
    passed: `apigate_proxy_requests_total{${route},status="2xx"}`,
    refused: `apigate_proxy_requests_total{${route},status="4xx"}`,
    timed: `apigate_proxy_request_duration_seconds_count{${route}}`,
    sentOn: 'apigate_proxy_upstream_duration_seconds_count',
    overQuota: 'apigate_proxy_refusals_total{code="quota_exceeded"}',
    withoutKey: 'apigate_proxy_refusals_total{code="missing_api_key"}',
    withBadKey: 'apigate_proxy_refusals_total{code="invalid_api_key"}',
  };
  await expect
    .poll(async () => {
      const after = await scrape();
      return Object.values(series).map(
        (each) => (valueOf(after, each) ?? 0) - (valueOf(before, each) ?? 0),
      );
    })
    .toEqual([3, 4, 7, 3, 2, 1, 1]);
  // Told only behind the answer of the database, when its rows can be seen already.
  await expect
    .poll(async () => valueOf(await scrape(), 'apigate_usage_shipped_total'))
    .toBeGreaterThanOrEqual(5);
  const after = await scrape();
  expect(valueOf(after, 'apigate_proxy_ready')).toBe(1);
  expect(valueOf(after, 'apigate_proxy_threads')).toBe(1);
  expect(valueOf(after, 'apigate_proxy_counters{state="own"}')).toBe(1);
  expect(valueOf(after, 'apigate_keys_known')).toBe(1);
  expect(valueOf(after, 'apigate_usage_open_requests')).toBe(0);
  expect(valueOf(after, 'apigate_proxy_sent_bytes_total')).toBeGreaterThan(0);
  for (const hidden of [secret, userId, 'metered/', '@example.com']) {
    expect(after).not.toContain(hidden);
  }
  for (const line of after.trimEnd().split('\n')) {
    expect(line).toMatch(
      /^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{(?:\w+="(?:[^"\\]|\\.)*",?)+\})? -?[\d.e+-]+)$/,
    );
  }
});

test.each<[string, Record<string, string>]>([
  ['X-Forwarded-For', { 'X-Forwarded-For': '203.0.113.9' }],
  ['Via', { Via: '1.1 front' }],
  ['X-Real-IP', { 'X-Real-IP': '203.0.113.9' }],
])('are not there for whom a server in front has let in, as %s tells', async (_, headers) => {
  const answer = await fetch(`${gateway.url}/_apigate/metrics`, { headers });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: 'route_not_found' });
});

const health: ProxyHealth = {
  isReady: true,
  counters: 'own',
  database: { totalCount: 3, idleCount: 1, waitingCount: 0 },
  keysKnown: 0,
  lookupsPending: 0,
  confirmedAtMs: 0,
  usage: {
    backlog: 0,
    oldestMs: 0,
    spoolBytes: 0,
    spoolBytesMax: 1,
    open: 0,
    shipped: 0,
    recovered: 0,
    refused: 0,
    damagedBytes: 0,
    unmetered: 0,
    diskFailures: 0,
  },
};

function usageOf(routeId: string | null, status: number): UsageRecord {
  return {
    id: v7(),
    atMs: 0,
    userId: null,
    keyId: null,
    planId: null,
    routeId,
    method: 'GET',
    path: '/',
    status,
    refusalCode: null,
    units: 0,
    periodStart: null,
    bytesIn: 1,
    bytesOut: 2,
    latencyUs: 3_000,
    upstreamLatencyUs: null,
    ip: '',
    userAgent: null,
    decision: null,
  };
}

test('have a bounded number of series, however many routes come and go', () => {
  using metrics = new ProxyMetrics(() => health);
  const routes = Array.from({ length: 1_000 }, () => v7());
  for (const id of routes) metrics.count(usageOf(id, 200));
  const names = new Map(routes.slice(0, 200).map((id, at) => [id, `route ${at}`]));
  const text = metrics.text(names);
  const series = text
    .split('\n')
    .filter((line) => line.startsWith('apigate_proxy_requests_total{'));
  expect(series).toHaveLength(256 * 6);
  expect(valueOf(text, 'apigate_proxy_requests_total{route="other",status="2xx"}')).toBe(746);
  expect(text.length).toBeLessThan(1_000_000);
});

test('of all threads are told by any of them, and go on when one is replaced', () => {
  const memory = proxyMetricsMemory(2);
  const route = v7();
  const names = new Map([[route, 'R']]);
  const series = 'apigate_proxy_requests_total{route="R",status="aborted"}';
  using first = new ProxyMetrics(() => health, { memory, row: 0 });
  const second = new ProxyMetrics(() => health, { memory, row: 1 });
  first.count(usageOf(route, 499));
  second.count(usageOf(route, 0));
  second[Symbol.dispose]();
  using third = new ProxyMetrics(() => health, { memory, row: 1 });
  third.count(usageOf(route, 499));
  for (const each of [first, third]) {
    expect(valueOf(each.text(names), series)).toBe(3);
    expect(valueOf(each.text(names), 'apigate_proxy_threads')).toBe(2);
    expect(valueOf(each.text(names), 'apigate_proxy_database_connections{state="busy"}')).toBe(4);
  }
});
