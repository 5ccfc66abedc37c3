import { expect, test } from 'vitest';
import { guardedConnector, isForbiddenAddress } from './guarded-connector.ts';

test.each([
  '169.254.169.254',
  '169.254.0.1',
  '100.100.100.200',
  '168.63.129.16',
  'fe80::1',
  'febf::1',
  'fd00:ec2::254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '2002:a9fe:a9fe::1',
])('forbids %s', (address) => {
  expect(isForbiddenAddress(address)).toBe(true);
});

test.each([
  '127.0.0.1',
  '10.0.0.1',
  '192.168.1.1',
  '::1',
  'fd00::1',
  '93.184.216.34',
  '2001:db8::1',
])('allows %s', (address) => {
  expect(isForbiddenAddress(address)).toBe(false);
});

test.each([
  'http://169.254.169.254',
  'http://2852039166',
  'http://0xa9fea9fe',
  'http://0251.0376.0251.0376',
  'http://169.254.43518',
  'http://[fe80::1]',
  'http://[::ffff:a9fe:a9fe]',
])('does not connect to %s, however the address is written', async (url) => {
  const { hostname } = new URL(url);
  const { promise, resolve } = Promise.withResolvers<Error | null>();
  const connect = guardedConnector(1_000);
  const plain = hostname.replace(/^\[|\]$/g, '');
  connect({ hostname: plain, protocol: 'http:', port: '80' }, (...[error]) => resolve(error));
  expect(await promise).toMatchObject({ code: 'APIGATE_FORBIDDEN_ADDRESS' });
});
