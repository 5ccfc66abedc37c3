import { expect, test } from 'vitest';
import { ClientAddresses } from './client-address.ts';

const head = { host: 'api', forwardedFor: null, forwardedProto: null, forwardedHost: null };

test('believes nobody but the socket unless proxies are named', () => {
  const spoofed = {
    ...head,
    forwardedFor: '1.1.1.1',
    forwardedProto: 'https',
    forwardedHost: 'evil',
  };
  const seen = {
    ip: '10.0.0.9',
    host: 'api',
    lines: 'X-Forwarded-For: 10.0.0.9\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: api\r\n',
  };
  expect(new ClientAddresses([]).read('::ffff:10.0.0.9', spoofed)).toEqual(seen);
  expect(new ClientAddresses(['10.0.0.1']).read('10.0.0.9', spoofed)).toEqual(seen);
});

test.each([
  ['1.1.1.1', '1.1.1.1', '1.1.1.1, 10.0.0.1'],
  ['6.6.6.6, 1.1.1.1', '1.1.1.1', '1.1.1.1, 10.0.0.1'],
  ['6.6.6.6, 1.1.1.1, 10.0.0.2', '1.1.1.1', '1.1.1.1, 10.0.0.2, 10.0.0.1'],
  ['6.6.6.6, garbage, 10.0.0.2', '10.0.0.2', '10.0.0.2, 10.0.0.1'],
  ['2001:db8::1', '2001:db8::1', '2001:db8::1, 10.0.0.1'],
])('reads %s from the right, up to the first that it does not trust', (forwardedFor, ip, chain) => {
  const addresses = new ClientAddresses(['10.0.0.0/8']);
  const read = addresses.read('10.0.0.1', { ...head, forwardedFor });
  expect(read).toMatchObject({
    ip,
    lines: expect.stringContaining(`X-Forwarded-For: ${chain}\r\n`),
  });
});

test('takes scheme and host from a trusted proxy', () => {
  const addresses = new ClientAddresses(['10.0.0.0/8']);
  const forwarded = { ...head, forwardedProto: 'https', forwardedHost: 'shop.example.com' };
  expect(addresses.read('10.0.0.1', forwarded)).toMatchObject({
    host: 'shop.example.com',
    lines:
      'X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example.com\r\n',
  });
});

test('what was read before serves again for the same host, and never where a proxy speaks for others', () => {
  const addresses = new ClientAddresses(['10.0.0.0/8']);
  const direct = addresses.read('192.0.2.1', head);
  expect(addresses.read('192.0.2.1', head, direct)).toBe(direct);
  expect(addresses.read('192.0.2.1', { ...head, host: 'shop' }, direct)).toMatchObject({
    ip: '192.0.2.1',
    host: 'shop',
    lines: expect.stringContaining('X-Forwarded-Host: shop\r\n'),
  });
  const first = addresses.read('10.0.0.1', { ...head, forwardedFor: '1.1.1.1' });
  expect(addresses.read('10.0.0.1', { ...head, forwardedFor: '2.2.2.2' }, first)).toMatchObject({
    ip: '2.2.2.2',
  });
});
