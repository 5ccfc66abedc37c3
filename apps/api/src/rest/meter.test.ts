import { buildServiceKey } from '@apigate/domain/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await startTestApi();
  token = (await buildServiceKey(api.domain, ['meter:write'])).secret;
});
afterAll(() => api[Symbol.asyncDispose]());

async function meter(
  events: unknown[],
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${api.url}/v1/meter`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ events }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const event = (id: string, text = 'x') => ({
  specversion: '1.0',
  id: `${id}-${text}`,
  source: `https://example.com/${text}`,
  type: `pages.rendered.${text}`,
  subject: 'customer@example.com',
  time: '2026-11-20T10:00:00Z',
  data: { units: 2 },
});

test('takes a thousand events of any size at once, and counts them where customers see them', async () => {
  const time = new Date().toISOString();
  const events = Array.from({ length: 1000 }, (_, at) => ({
    ...event(`e${at}`, 'y'.repeat(200)),
    time,
  }));
  expect((await meter(events)).body).toMatchObject({ counted: 1000, duplicates: 0, refused: 0 });
  expect((await meter(events)).body).toMatchObject({ counted: 0, duplicates: 1000 });
  const response = await fetch(`${api.url}/v1/usage`, {
    headers: { authorization: `Bearer ${api.tokens.customer}` },
  });
  expect(await response.json()).toMatchObject({
    requests: 1000,
    quota: { used: 2000, percent: 200 },
  });
});

test('takes no more than a thousand, and not none', async () => {
  for (const count of [0, 1001]) {
    const events = Array.from({ length: count }, (_, at) => event(`f${at}`));
    expect(await meter(events)).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  }
});

test('answers each event in the names of REST', async () => {
  const time = new Date().toISOString();
  expect((await meter([{ ...event('g'), time }, { id: 'h' }])).body).toMatchObject({
    data: [
      { id: 'g-x', status: 'counted', usage_event_id: expect.any(String), code: null, errors: [] },
      { id: 'h', source: null, status: 'refused', code: 'bad_request', usage_event_id: null },
    ],
  });
});
