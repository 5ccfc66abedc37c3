import type { User } from '@apigate/domain';
import { ingestUsage } from '@apigate/domain/gateway';
import {
  buildInvite,
  buildKey,
  buildLink,
  buildMail,
  buildPlan,
  buildRefusal,
  buildRoute,
  buildServiceKey,
  buildSession,
  buildUpstream,
  buildUsageRecord,
  buildUser,
  buildView,
} from '@apigate/domain/testing';
import { exampleIds, exampleSecrets } from '../rest/example-ids.ts';
import type { Example } from '../rest/operation.ts';
import { startSessionOf } from './access-tokens.ts';
import { testPassword, type TestApi } from './test-api.ts';

/**
 * Puts into the database what the examples of the REST operations speak of, and nothing that they make.
 *
 * @returns the examples' secrets with those that are good here.
 */
export async function buildExampleWorld({
  domain,
  users,
}: TestApi): Promise<ReadonlyMap<string, string>> {
  const staying = Object.values(users).map(({ id }) => id);
  await domain.db.query('delete from users where id <> all($1)', [staying]);
  await domain.db.query(`delete from service_keys where name = 'nightly sync' or id = $1`, [
    exampleIds.serviceKey,
  ]);
  for (const table of [
    'routes',
    'upstreams',
    'invites',
    'mails',
    'settings',
    'usage_events',
    'views',
  ]) {
    await domain.db.query(`delete from ${table}`);
  }
  await domain.db.query('update users set plan_id = (select id from plans where is_default)');
  await domain.db.query('delete from plans where not is_default');

  const pro = await buildPlan(domain, { slug: 'pro', name: 'Pro' });
  await buildPlan(domain, { slug: 'unused', name: 'Unused' });
  const jane: User = await buildUser(domain, {
    email: 'jane@example.com',
    name: 'Jane Doe',
    plan: users.admin.plan.id,
    password: testPassword,
  });
  const user = jane.id;
  const { key } = await buildKey(domain, { id: exampleIds.key, user });
  const { key: successor } = await buildKey(domain, { user });
  await buildKey(domain, {
    id: exampleIds.rotatedKey,
    user,
    replacedBy: successor.id,
    graceUntil: new Date(Date.now() + 86_400_000),
  });
  await buildServiceKey(domain, ['users:read'], { id: exampleIds.serviceKey });
  const upstream = (await buildUpstream(domain, { name: 'Orders API' })).id;
  await buildUpstream(domain, { name: 'Unused API' });
  await buildRoute(domain, { name: 'Orders', upstream });
  await buildInvite(domain, { id: exampleIds.invite });
  await buildView(domain, { id: exampleIds.view });
  await buildMail(domain, { id: exampleIds.mail, status: 'failed' });
  await buildSession(domain, jane, { id: exampleIds.session });
  await ingestUsage(domain.db, [
    buildUsageRecord({
      ...buildRefusal(),
      id: exampleIds.request,
      userId: user,
      keyId: key.id,
      planId: pro.id,
    }),
  ]);
  return new Map([
    [exampleSecrets.refreshToken, (await startSessionOf(domain, jane)).refreshToken],
    [exampleSecrets.resetToken, await buildLink(domain, 'reset_password', jane)],
    [exampleSecrets.verifyToken, await buildLink(domain, 'verify_email', jane)],
  ]);
}

/** The request of an example. @param secrets what stands in the place of the secrets in it */
export function requestOf(
  {
    method,
    path,
    example,
    consumes = [],
  }: { method: string; path: string; example: Example; consumes?: readonly string[] },
  secrets: ReadonlyMap<string, string>,
  headers: Readonly<Record<string, string>> = {},
): { path: string; init: RequestInit } {
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(example.path?.[name] ?? ''),
  );
  const query = new URLSearchParams(
    Object.entries(example.query ?? {}).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]),
  );
  const search = query.size === 0 ? '' : `?${query.toString()}`;
  const { body } = example;
  if (body === undefined) return { path: address + search, init: { method, headers } };
  const isText = typeof body === 'string';
  const text = isText ? body : JSON.stringify(body);
  const good = [...secrets].reduce((all, [shown, real]) => all.replaceAll(shown, real), text);
  const type = consumes[0] ?? 'application/json';
  return {
    path: address + search,
    init: { method, headers: { 'content-type': type, ...headers }, body: good },
  };
}

/** Sends a request. Of an answer that goes on for ever, the beginning is all. */
export async function answerTo(
  url: string,
  init: RequestInit,
): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(url, init);
  const { status, headers } = response;
  const isEndless = headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (isEndless) await response.body?.cancel();
  return { status, headers, text: isEndless ? '' : await response.text() };
}
