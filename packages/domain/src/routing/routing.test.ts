import {
  createRouteInput,
  createUpstreamInput,
  listRoutesInput,
  listUpstreamsInput,
  updateRouteInput,
  updateUpstreamInput,
} from '@apigate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { system, type Actor } from '../access/actor.ts';
import { loadRoutes, loadUpstreams } from '../gateway/load-records.ts';
import { newId } from '../ids.ts';
import { openSecret, upstreamAuthPurpose } from '../secret-box.ts';
import { setSetting, unsetSetting } from '../settings/manage-settings.ts';
import {
  actorOf,
  buildRoute,
  buildUpstream,
  buildUser,
  serviceActor,
} from '../testing/factories.ts';
import { openTestDomain, testSecrets, type TestDomain } from '../testing/test-domain.ts';
import { createRoute } from './create-route.ts';
import { createUpstream } from './create-upstream.ts';
import { deleteRoute } from './delete-route.ts';
import { deleteUpstream } from './delete-upstream.ts';
import { getRoute } from './get-route.ts';
import { getUpstream } from './get-upstream.ts';
import { listRoutes } from './list-routes.ts';
import { listUpstreams } from './list-upstreams.ts';
import { updateRoute } from './update-route.ts';
import { updateUpstream } from './update-upstream.ts';

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());

const context = (actor: Actor = system) => domain.context(actor);

test('never shows the header that authenticates us upstream, and keeps it sealed', async () => {
  const authHeader = { name: 'Authorization', value: 'Bearer top-secret-upstream-token' };
  const fields = { name: 'sealed', url: 'http://a.test', authHeader };
  const made = await createUpstream(context(), createUpstreamInput.parse(fields));
  const shown = [
    made,
    await getUpstream(context(), { upstream: 'sealed' }),
    await listUpstreams(context(), listUpstreamsInput.parse({})),
    await updateUpstream(context(), updateUpstreamInput.parse({ upstream: made.id })),
    await createRoute(
      context(),
      createRouteInput.parse({ name: 'to sealed', path: '/sealed/*', upstream: 'sealed' }),
    ),
    await getRoute(context(), { route: 'to sealed' }),
    await listRoutes(context(), listRoutesInput.parse({})),
  ];
  expect(made.authHeaderName).toBe('Authorization');
  const { rows } = await domain.db.query<{ row: string }>('select u::text as row from upstreams u');
  const text = JSON.stringify(shown) + JSON.stringify(rows);
  expect(text).not.toContain('top-secret');
  expect(JSON.stringify(shown)).not.toContain('v1.');

  const record = (await loadUpstreams(domain.db)).find(({ id }) => id === made.id);
  const open = () =>
    openSecret(testSecrets.encryptionKey, upstreamAuthPurpose, record?.authHeaderSealed ?? '');
  expect(open()).toBe(authHeader.value);
});

test('keeps, replaces and removes that header as asked', async () => {
  const { id } = await createUpstream(
    context(),
    createUpstreamInput.parse({
      name: 'changing',
      url: 'http://a.test',
      authHeader: { name: 'X-Key', value: 'one' },
    }),
  );
  const sealed = async () => {
    const record = (await loadUpstreams(domain.db)).find((upstream) => upstream.id === id);
    const value = record?.authHeaderSealed ?? null;
    return value === null
      ? [record?.authHeaderName, null]
      : [record?.authHeaderName, openSecret(testSecrets.encryptionKey, upstreamAuthPurpose, value)];
  };
  const update = (fields: object) =>
    updateUpstream(context(), updateUpstreamInput.parse({ upstream: id, ...fields }));
  await update({ url: 'http://b.test' });
  expect(await sealed()).toEqual(['X-Key', 'one']);
  await update({ authHeader: { name: 'X-Other', value: 'two' } });
  expect(await sealed()).toEqual(['X-Other', 'two']);
  await update({ authHeader: null });
  expect(await sealed()).toEqual([null, null]);
});

test('refuses a name that is taken', async () => {
  const upstream = await buildUpstream(domain, { name: 'taken' });
  await buildRoute(domain, { name: 'taken', upstream: upstream.id });
  const another = (await buildUpstream(domain)).id;
  const anotherRoute = (await buildRoute(domain, { upstream: another })).id;
  const taken = { code: 'name_taken' };
  await expect(
    createUpstream(context(), createUpstreamInput.parse({ name: 'taken', url: 'http://a.test' })),
  ).rejects.toMatchObject(taken);
  await expect(
    updateUpstream(context(), updateUpstreamInput.parse({ upstream: another, name: 'taken' })),
  ).rejects.toMatchObject(taken);
  await expect(
    createRoute(
      context(),
      createRouteInput.parse({ name: 'taken', path: '/x', upstream: another }),
    ),
  ).rejects.toMatchObject(taken);
  await expect(
    updateRoute(context(), updateRouteInput.parse({ route: anotherRoute, name: 'taken' })),
  ).rejects.toMatchObject(taken);
});

test('deletes an upstream once no route leads to it', async () => {
  const upstream = await buildUpstream(domain);
  const route = await buildRoute(domain, { upstream: upstream.id });
  await expect(deleteUpstream(context(), { upstream: upstream.id })).rejects.toMatchObject({
    code: 'upstream_in_use',
  });
  expect(await deleteRoute(context(), { route: route.name })).toEqual({ id: route.id });
  expect(await deleteUpstream(context(), { upstream: upstream.name })).toEqual({ id: upstream.id });
  await expect(deleteUpstream(context(), { upstream: upstream.id })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('changes of a route what is given, and gives the proxies what is enabled', async () => {
  const route = await buildRoute(domain, { path: '/v1/*', cost: 3, requiredScopes: ['a'] });
  const before = await getRoute(context(), { route: route.id });
  const target = await buildUpstream(domain);
  const changed = await updateRoute(
    context(),
    updateRouteInput.parse({ route: route.id, upstream: target.name, methods: ['GET'], cost: 0 }),
  );
  expect(changed).toEqual({
    ...before,
    upstream: { id: target.id, name: target.name },
    methods: ['GET'],
    cost: 0,
  });
  const inForce = async () => (await loadRoutes(domain.db)).find(({ id }) => id === route.id);
  expect(await inForce()).toEqual({
    id: route.id,
    name: route.name,
    methods: ['GET'],
    host: null,
    path: '/v1/*',
    rewrite: null,
    upstreamId: target.id,
    requiredScopes: ['a'],
    authRequired: true,
    priority: 0,
    cost: 0,
    rateLimitPerMinute: null,
  });
  await updateRoute(context(), updateRouteInput.parse({ route: route.id, enabled: false }));
  expect(await inForce()).toBeUndefined();
});

test('of two who start from the same route or upstream the second overwrites nothing', async () => {
  const upstream = await buildUpstream(domain);
  const route = await buildRoute(domain, { upstream: upstream.id });
  const { updatedAt: routeSeen } = await getRoute(context(), { route: route.id });
  const { updatedAt: upstreamSeen } = await getUpstream(context(), { upstream: upstream.id });
  const changed = (seconds: number) => ({
    ...context(),
    now: new Date(routeSeen.getTime() + seconds * 1000),
  });
  const changeRoute = (cost: number) =>
    updateRoute(changed(cost), { route: route.id, cost, unchangedSince: routeSeen });
  const changeUpstream = (connectionsMax: number) =>
    updateUpstream(changed(connectionsMax), {
      upstream: upstream.id,
      connectionsMax,
      unchangedSince: upstreamSeen,
    });
  await changeRoute(2);
  await changeUpstream(2);
  await expect(changeRoute(3)).rejects.toMatchObject({ code: 'precondition_failed' });
  await expect(changeUpstream(3)).rejects.toMatchObject({ code: 'precondition_failed' });
  expect(await getRoute(context(), { route: route.id })).toMatchObject({ cost: 2 });
  expect(await getUpstream(context(), { upstream: upstream.id })).toMatchObject({
    connectionsMax: 2,
  });
});

test('finds no upstream that is not there', async () => {
  const missing = { code: 'not_found' };
  const input = createRouteInput.parse({ name: 'lost', path: '/x', upstream: newId() });
  await expect(createRoute(context(), input)).rejects.toMatchObject(missing);
  await expect(
    listRoutes(context(), listRoutesInput.parse({ upstream: 'none' })),
  ).rejects.toMatchObject(missing);
  await expect(getRoute(context(), { route: newId() })).rejects.toMatchObject(missing);
});

test('is for admins and the scopes alone', async () => {
  const refused = [
    actorOf(await buildUser(domain)),
    actorOf(await buildUser(domain, { role: 'moderator' })),
    serviceActor('plans:write', 'users:write'),
  ];
  for (const actor of refused) {
    const calls = [
      listRoutes(context(actor), listRoutesInput.parse({})),
      listUpstreams(context(actor), listUpstreamsInput.parse({})),
      getRoute(context(actor), { route: newId() }),
      getUpstream(context(actor), { upstream: newId() }),
      deleteRoute(context(actor), { route: newId() }),
      deleteUpstream(context(actor), { upstream: newId() }),
      createUpstream(
        context(actor),
        createUpstreamInput.parse({ name: 'x', url: 'http://a.test' }),
      ),
      createRoute(
        context(actor),
        createRouteInput.parse({ name: 'x', path: '/x', upstream: newId() }),
      ),
      updateRoute(context(actor), updateRouteInput.parse({ route: newId() })),
      updateUpstream(context(actor), updateUpstreamInput.parse({ upstream: newId() })),
    ];
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'forbidden' });
  }
  const reader = context(serviceActor('routes:read'));
  await expect(listRoutes(reader, listRoutesInput.parse({}))).resolves.toBeDefined();
  await expect(deleteRoute(reader, { route: newId() })).rejects.toMatchObject({
    code: 'forbidden',
  });
});

test('shows every route and upstream exactly once over the pages, newest first', async () => {
  for (let at = 0; at < 5; at += 1) await buildRoute(domain);
  const walk = async (
    list: (
      cursor: string | undefined,
    ) => Promise<{ data: { id: string }[]; nextCursor: string | null }>,
  ) => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(cursor);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return seen;
  };
  const all = async (table: string) =>
    (await domain.db.query<{ id: string }>(`select id from ${table} order by id desc`)).rows.map(
      ({ id }) => id,
    );
  expect(
    await walk((cursor) => listRoutes(context(), listRoutesInput.parse({ limit: 2, cursor }))),
  ).toEqual(await all('routes'));
  expect(
    await walk((cursor) =>
      listUpstreams(context(), listUpstreamsInput.parse({ limit: 2, cursor })),
    ),
  ).toEqual(await all('upstreams'));
});

test('refuses an upstream at a metadata service always, and at a private address where the setting says so', async () => {
  const make = (url: string) =>
    createUpstream(context(), createUpstreamInput.parse({ name: url, url }));
  const refused = { code: 'bad_request', message: expect.stringContaining('The URL must not') };
  await expect(make('http://0251.0376.0251.0376')).rejects.toMatchObject(refused);
  const { id } = await make('http://10.0.0.1:8080');
  await setSetting(context(), { name: 'upstreams.allow_private', value: false });
  try {
    await expect(make('http://[::1]:8080')).rejects.toMatchObject(refused);
    const moved = updateUpstreamInput.parse({ upstream: id, url: 'http://127.1' });
    await expect(updateUpstream(context(), moved)).rejects.toMatchObject(refused);
    await expect(make('https://api.example.com')).resolves.toHaveProperty('id');
  } finally {
    await unsetSetting(context(), { name: 'upstreams.allow_private' });
  }
});
