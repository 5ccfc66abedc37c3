import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { generateApiKey } from '@apigate/domain/gateway';
import { buildKey } from '@apigate/domain/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callApi } from './testing/call-api.ts';
import { startTestApi, testPassword, type TestApi } from './testing/test-api.ts';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${trace}-00f067aa0ba902b7-01`;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const unknown = generateApiKey('ak');
const marks = {
  query: `q${randomBytes(12).toString('hex')}`,
  cookie: `c${randomBytes(12).toString('hex')}`,
  password: `p${randomBytes(12).toString('hex')}`,
  basic: Buffer.from(`user:b${randomBytes(12).toString('hex')}`).toString('base64'),
  link: randomBytes(32).toString('base64url'),
  refresh: `${crypto.randomUUID()}.${randomBytes(32).toString('base64url')}`,
};

/** One request to each surface, with a secret wherever one can stand. */
async function ask(credentials: Record<string, string>): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    cookie: `apigate_refresh=${marks.cookie}; other=${marks.cookie}`,
    traceparent,
    ...credentials,
  };
  const query = `?token=${marks.query}&api_key=${unknown}`;
  const bodies = {
    '/auth/login': { email: 'customer@example.com', password: marks.password },
    '/auth/register': { email: `${crypto.randomUUID()}@example.com`, password: marks.password },
    '/auth/refresh': { refresh_token: marks.refresh },
    '/auth/reset-password': { token: marks.link, password: marks.password },
    '/auth/verify-email': { token: marks.link },
    '/trpc/auth.signIn': { json: { email: 'customer@example.com', password: marks.password } },
    '/trpc/keys.create': { json: { name: 'x' } },
    '/trpc/settings.set': {
      json: { name: 'mail.smtp_url', value: `smtp://u:${marks.password}@x` },
    },
    '/trpc/search.find': { json: { q: unknown } },
    '/admin/search': { q: unknown },
    '/v1/keys/verify': { key: unknown },
    '/v1/forward-auth': {},
    [`/nothing/${unknown}`]: {},
  };
  await Promise.all(
    Object.entries(bodies).map(async ([target, body]) => {
      const options = { method: 'POST', headers, body: JSON.stringify(body) };
      await (await fetch(`${api.url}${target}`, options)).text();
      // With what no address takes.
      await (await fetch(`${api.url}${target}${query}`, options)).text();
      // Broken in the middle of a secret.
      const broken = { ...options, body: `{"password":"${marks.password}` };
      await (await fetch(`${api.url}${target}${query}`, broken)).text();
    }),
  );
}

test('no secret of a request is in the log or the spool, even where everything fails', async () => {
  const { secret } = await buildKey(api.domain, { user: api.users.customer.id });
  const credentials = [
    { 'x-api-key': secret },
    { authorization: `Bearer ${secret}` },
    { authorization: `Basic ${marks.basic}` },
    { authorization: `Bearer ${api.tokens.customer}` },
    { authorization: `Bearer ${api.tokens.service}` },
  ];
  for (const each of credentials) await ask(each);
  await api.domain.db.query(
    `create function refuse() returns trigger language plpgsql as $$
       begin raise exception 'refused: %', new::text; end $$;
     create trigger refuse before insert or update on users for each row execute function refuse();
     create trigger refuse before insert on keys for each row execute function refuse();
     create trigger refuse before insert on sign_in_guards for each row execute function refuse();
     create trigger refuse before insert or update on settings for each row execute function refuse();
     alter table one_time_tokens rename column digest to broken;
     alter table sessions rename column refresh_digest to broken`,
  );
  for (const each of credentials) await ask(each);
  await callApi(api, 'auth.signIn', { email: 'admin@example.com', password: testPassword });

  const log = api.logLines.join('');
  const failed = api.logLines.filter((line) => line.includes('"call_failed"'));
  expect(failed.length).toBeGreaterThan(10);
  expect(failed.filter((line) => line.includes(`"trace_id":"${trace}"`)).length).toBeGreaterThan(
    10,
  );
  for (const line of api.logLines) expect(JSON.parse(line)).toHaveProperty('event');
  const everything = [log, bytesBelow(api.spoolDir)].join('\n');
  const hidden: Record<string, string> = { ...marks, secret, unknown, ...api.tokens, testPassword };
  for (const [what, word] of Object.entries(hidden)) {
    expect(everything.includes(word), `${what} is in there`).toBe(false);
  }
  expect(everything).not.toMatch(/\$2[aby]\$\d\d\$/);
}, 120_000);

/** Every byte of every file below a folder. */
function bytesBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n');
}
