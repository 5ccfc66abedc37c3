import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressKindOf } from './address-kind.ts';
import { checkHost, guardedLookup, type AddressRules, type LookUp } from './guarded-lookup.ts';

/** Ways to write hosts that lead to a metadata service or a link-local address. */
const forbiddenHosts = [
  '169.254.169.254',
  '169.254.0.1',
  '169.254.170.2',
  '2852039166', // decimal
  '0xa9fea9fe',
  '0XA9.0xFE.0xa9.0xFE',
  '0251.0376.0251.0376', // octal
  '0251.254.0xa9.254',
  '169.254.43518', // short forms
  '169.16689662',
  '169.254.169.254.', // trailing dot
  '169。254。169。254', // IDNA dots
  '169．254．169．254',
  '①⑥⑨.②⑤④.①⑥⑨.②⑤④', // IDNA digits
  '%31%36%39.254.169.254', // escapes
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '[fe80::1]',
  '[febf:ffff::1]',
  '[fd00:ec2::254]',
  '[fd00:ec2::23]',
  '[fd00:0ec2:0000:0000:0000:0000:0000:0254]',
  '[fd20:ce::254]',
  '[fd00:42::42]',
  '[::ffff:169.254.169.254]', // mapped
  '[::ffff:a9fe:a9fe]',
  '[0:0:0:0:0:ffff:a9fe:a9fe]',
  '[::FFFF:168.63.129.16]',
  '[::169.254.169.254]', // compatible
  '[::a9fe:a9fe]',
  '[::ffff:0:a9fe:a9fe]', // translated
  '[64:ff9b::169.254.169.254]', // NAT64
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b:1::a9fe:a9fe]',
  '[2002:a9fe:a9fe::1]', // 6to4
  '[2002:a9fe:a9fe::]',
  '[2002:6464:64c8::]',
  '[2001:0:a9fe:a9fe::1]', // Teredo
  '[2001:0:808:808:0:0:5601:5601]',
  '[2001:db8::5efe:a9fe:a9fe]', // ISATAP
  '[2001:db8::200:5efe:169.254.169.254]',
];

const privateHosts = [
  '127.0.0.1',
  '127.1',
  '0x7f.1',
  '0177.0.0.01',
  '2130706433',
  '0',
  '0.0.0.0',
  '0x0',
  '10.0.0.1',
  '10.1',
  '012.0.0.1',
  '100.64.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '192.168.257',
  '3232235777',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::10.0.0.1]',
  '[2002:7f00:1::]',
  '[2002:c0a8:101::1]',
  '[fc00::1]',
  '[fd12:3456::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[2001:db8::1]',
];

const publicHosts = [
  '93.184.216.34',
  '8.8.8.8',
  '172.32.0.1',
  '100.128.0.1',
  '[2606:4700::1111]',
  '[::ffff:8.8.8.8]',
  '[64:ff9b::8.8.8.8]',
  '[2002:808:808::1]',
];

const hostOf = (written: string): string => new URL(`http://${written}/`).hostname;
const isRefused = (written: string, allowPrivate: boolean): boolean =>
  checkHost(hostOf(written), { allowPrivate }) !== null;

test.each(forbiddenHosts)('%s is never a destination', (written) => {
  expect([isRefused(written, true), isRefused(written, false)]).toEqual([true, true]);
});

test.each(privateHosts)('%s is a destination where private ones are allowed', (written) => {
  expect([isRefused(written, true), isRefused(written, false)]).toEqual([false, true]);
});

test.each(publicHosts)('%s is a destination', (written) => {
  expect([isRefused(written, true), isRefused(written, false)]).toEqual([false, false]);
});

test.each(['fe80::1%eth0', '169.254.169.254%1', '', 'localhost', '1.2.3', '::g'])(
  '%j, which a look-up must not give, counts as forbidden',
  (address) => {
    expect(addressKindOf(address)).toBe('forbidden');
  },
);

/** Accepts connections at 127.0.0.1 and counts them. */
const server = createServer((socket) => {
  connections += 1;
  socket.end();
});
let connections = 0;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

/** A name server that gives other addresses at every question; the last ones for good. */
function flipping(...answers: string[][]): LookUp {
  let at = 0;
  return (_host, _options, callback) => {
    const addresses = answers[Math.min(at, answers.length - 1)] ?? [];
    at += 1;
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    callback(null, found);
  };
}

async function tryToConnect(lookup: ReturnType<typeof guardedLookup>): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ host: 'upstream.test', port, lookup });
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.once('connect', () => resolve(`connected to ${socket.remoteAddress}`));
  socket.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
  const outcome = await promise;
  socket.destroy();
  return outcome;
}

test('a name that is pointed at a metadata service between two sockets is refused for the second', async () => {
  const lookup = guardedLookup(
    () => ({ allowPrivate: true }),
    flipping(['127.0.0.1'], ['169.254.169.254'], ['127.0.0.1', 'fe80::1'], ['127.0.0.1']),
  );
  const before = connections;
  expect(await tryToConnect(lookup)).toBe('connected to 127.0.0.1');
  expect(await tryToConnect(lookup)).toBe('APIGATE_FORBIDDEN_ADDRESS');
  expect(await tryToConnect(lookup)).toBe('APIGATE_FORBIDDEN_ADDRESS');
  expect(await tryToConnect(lookup)).toBe('connected to 127.0.0.1');
  expect(connections - before).toBe(2);
});

test('the setting counts as it is when the socket is opened, and nothing reaches a private address without it', async () => {
  const rules: AddressRules = { allowPrivate: false };
  const lookup = guardedLookup(() => rules, flipping(['127.0.0.1']));
  const before = connections;
  expect(await tryToConnect(lookup)).toBe('APIGATE_FORBIDDEN_ADDRESS');
  rules.allowPrivate = true;
  expect(await tryToConnect(lookup)).toBe('connected to 127.0.0.1');
  expect(connections - before).toBe(1);
});
