import { afterAll, beforeAll, expect, test } from 'vitest';
import { callApi } from './testing/call-api.ts';
import { startTestApi, type TestApi } from './testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const scrape = async () => (await fetch(`${api.url}/metrics`)).text();

/** The value of a series; null when there is none. */
function valueOf(metrics: string, series: string): number | null {
  const line = metrics.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
}

test('are told in the Prometheus text format, with what came by each surface', async () => {
  const ok = 'apigate_api_requests_total{surface="trpc",status="2xx"}';
  const refused = 'apigate_api_requests_total{surface="trpc",status="4xx"}';
  const before = await scrape();
  await callApi(api, 'auth.instance', undefined, { isQuery: true });
  await callApi(api, 'users.list', {}, { isQuery: true });
  await callApi(api, 'auth.forgotPassword', { email: api.users.customer.email });
  await fetch(`${api.url}/portal/${crypto.randomUUID()}`);
  await expect
    .poll(async () => {
      const after = await scrape();
      return [ok, refused].map(
        (name) => (valueOf(after, name) ?? 0) - (valueOf(before, name) ?? 0),
      );
    })
    .toEqual([2, 1]);
  const after = await scrape();
  expect(valueOf(after, 'apigate_api_database_up')).toBe(1);
  expect(valueOf(after, 'apigate_mails_queued')).toBe(1);
  expect(valueOf(after, 'apigate_api_request_duration_seconds_count{surface="pages"}')).toBe(1);
  expect(after).toMatch(/^apigate_build_info\{version="0\.0\.0-test",node="v\d+/m);
  expect(valueOf(after, 'process_resident_memory_bytes')).toBeGreaterThan(1e7);
  // A line of a metric holds a name, labels from fixed lists, and a number.
  for (const line of after.trimEnd().split('\n')) {
    expect(line).toMatch(/^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{(?:\w+="[^"]*",?)+\})? -?[\d.e+-]+)$/);
  }
});

test('name nobody: no user, address or path is in them', async () => {
  await callApi(api, 'users.get', { user: api.users.customer.id }, { token: api.tokens.admin });
  await fetch(`${api.url}/portal/a-path-that-nobody-knows?token=secret-token`);
  const metrics = await scrape();
  for (const word of [api.users.customer.id, '@example.com', 'nobody-knows', 'secret-token']) {
    expect(metrics).not.toContain(word);
  }
});

test.each([
  { 'x-forwarded-for': '203.0.113.9' },
  { via: '1.1 front' },
  { forwarded: 'for=203.0.113.9' },
])('are not there for whom a server in front has let in: %j', async (headers) => {
  const answer = await fetch(`${api.url}/metrics`, { headers });
  expect(answer.status).toBe(404);
  expect(await answer.text()).not.toContain('apigate_');
});
