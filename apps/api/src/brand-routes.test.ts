import { setSetting, unsetSetting } from '@apigate/domain';
import { svgLogo } from '@apigate/domain/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callApi } from './testing/call-api.ts';
import { startTestApi, type TestApi } from './testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"></svg>';
const ctx = () => api.domain.context({ kind: 'system' });

async function logoPath(): Promise<string | null> {
  const { data } = await callApi(api, 'auth.instance', undefined, { isQuery: true });
  const logo: unknown = Reflect.get(Object(Reflect.get(Object(data), 'brand')), 'logo');
  return logo === null ? null : String(Reflect.get(Object(logo), 'path'));
}

test('a logo is told to everybody, and served so that nothing in it can run', async () => {
  expect(await logoPath()).toBeNull();
  expect((await fetch(`${api.url}/brand/logo`)).status).toBe(404);

  await setSetting(ctx(), { name: 'brand.logo', value: svgLogo(drawing) });
  const path = await logoPath();
  const response = await fetch(api.url + path);
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': expect.stringMatching(/^image\/svg\+xml/),
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect(await response.text()).toBe(drawing);

  await setSetting(ctx(), {
    name: 'brand.logo',
    value: svgLogo(drawing.replace('60', '40')),
  });
  expect(await logoPath()).not.toBe(path);
  const outdated = await fetch(api.url + path);
  expect(outdated.headers.get('cache-control')).toBe('no-cache');
  await unsetSetting(ctx(), { name: 'brand.logo' });
  expect(await logoPath()).toBeNull();
});
