import { createApigate } from '@apigate/sdk';
import { expect, test } from 'vitest';
import { findKeyId } from './find-key-id.ts';

const user = { email: 'jane@example.com' };
const keys = [
  {
    id: '01a1ffd4-0000-7000-8000-000000000001',
    name: 'a',
    prefix: 'ak_AAAA',
    lastFour: 'zzzz',
    user,
  },
  {
    id: '01a1ffd4-0000-7000-8000-000000000002',
    name: 'b',
    prefix: 'ak_BBBB',
    lastFour: 'zzzz',
    user,
  },
  {
    id: '01a1ffd4-0000-7000-8000-000000000003',
    name: 'ak_AAAA',
    prefix: 'ak_CCCC',
    lastFour: 'yyyy',
    user,
  },
];
/** A server that has these keys, whatever is searched. */
const api = createApigate({
  url: 'http://test.invalid',
  fetch: async () =>
    Response.json({ result: { data: { json: { data: keys, hasMore: false, nextCursor: null } } } }),
});

test.for([
  ['its id', '01a1ffd4-0000-7000-8000-000000000009', '01a1ffd4-0000-7000-8000-000000000009'],
  ['its prefix', 'ak_AAAA', keys[0]?.id],
  ['its last four characters', 'yyyy', keys[2]?.id],
  ['what a table shows', 'ak_BBBB…zzzz', keys[1]?.id],
] as const)('a key goes by %s', async ([, name, id]) => {
  expect(await findKeyId(api, name)).toBe(id);
});

test('a name that two keys share is refused, with the ids to choose from', async () => {
  await expect(findKeyId(api, 'zzzz')).rejects.toMatchObject({
    kind: 'usage',
    faults: [
      '2 keys are called zzzz; give one of their ids',
      `  ${keys[0]?.id} a of jane@example.com`,
      `  ${keys[1]?.id} b of jane@example.com`,
    ],
  });
});

test('a key that is not there is no fault of use', async () => {
  await expect(findKeyId(api, 'none')).rejects.toMatchObject({ kind: 'refused' });
});
