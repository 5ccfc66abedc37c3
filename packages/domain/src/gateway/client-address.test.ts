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
  const seen = { ip: '10.0.0.9', forwardedFor: '10.0.0.9', proto: 'http', host: 'api' };
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
  expect(read).toMatchObject({ ip, forwardedFor: chain });
});

test('takes scheme and host from a trusted proxy', () => {
  const addresses = new ClientAddresses(['10.0.0.0/8']);
  const forwarded = { ...head, forwardedProto: 'https', forwardedHost: 'shop.example.com' };
  expect(addresses.read('10.0.0.1', forwarded)).toMatchObject({
    proto: 'https',
    host: 'shop.example.com',
  });
});
