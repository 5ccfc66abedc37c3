import { once } from 'node:events';
import type { LookUp } from '@apigate/domain/gateway';
import { expect, test } from 'vitest';
import { guardedConnect } from './guarded-connector.ts';

const onread = { buffer: Buffer.alloc(1), callback: () => true };
const open = { onread, rules: { allowPrivate: true } };
const isolated = { onread, rules: { allowPrivate: false } };
const message = 'not allowed as a destination';

test.each([
  'http://169.254.169.254',
  'http://2852039166',
  'http://0xa9fea9fe',
  'http://0251.0376.0251.0376',
  'http://169.254.43518',
  'https://169.254.169.254',
  'http://[fe80::1]',
  'http://[::ffff:a9fe:a9fe]',
])('does not connect to %s, however the address is written', (url) => {
  expect(() => guardedConnect(new URL(url), open)).toThrow(message);
});

test.each(['http://127.0.0.1', 'http://10.1.2.3', 'http://[::1]', 'http://[::ffff:10.0.0.1]'])(
  'connects to %s only where private addresses are allowed',
  (url) => {
    expect(() => guardedConnect(new URL(url), isolated)).toThrow(message);
  },
);

test('does not connect to a name when any of its addresses is not allowed', async () => {
  const lookUp: LookUp = (_host, _options, callback) => {
    callback(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '169.254.169.254', family: 4 },
    ]);
  };
  for (const protocol of ['http:', 'https:']) {
    const socket = guardedConnect(new URL(`${protocol}//metadata.test`), { ...open, lookUp });
    const [error] = await once(socket, 'error');
    expect(error).toMatchObject({ code: 'APIGATE_FORBIDDEN_ADDRESS' });
  }
});
