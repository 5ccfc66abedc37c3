/**
 * A network of its own for the proxy, where every address that a cloud keeps secrets at is this machine and is listened
 * to. Runs inside of `unshare --net --mount`, as root, with the proxy's environment; the folder that it is given holds
 * the way in to the proxy (`proxy.sock`) and the way out to the database (`database.sock`). Tells of every connection.
 */
import { execFileSync, fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [, , dir = ''] = process.argv;
/** Where the proxy's environment says that they are. */
const databasePort = 15_432;
const proxyPort = 8_000;

const addresses = [
  '169.254.169.254/32',
  '169.254.170.2/32',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  '10.0.0.1/32',
  '192.168.1.1/32',
  '8.8.8.8/32',
  'fd00:ec2::254/128',
  'fd20:ce::254/128',
  'fe80::1/64',
  '::a9fe:a9fe/128',
  '64:ff9b::a9fe:a9fe/128',
  '2002:a9fe:a9fe::1/128',
  '2606:4700::1111/128',
];

/** What the name server says of a name, one list after the other at each question, the last one for good. */
const names: Record<string, string[][]> = {
  'public.test': [['8.8.8.8']],
  'private.test': [['10.0.0.1']],
  'metadata.test': [['169.254.169.254']],
  'both.test': [['8.8.8.8', '169.254.169.254']],
  'azure.test': [['168.63.129.16']],
  'flip.test': Array.from({ length: 40 }, (_, at) => [at % 2 ? '169.254.169.254' : '8.8.8.8']),
};

function say(message: Record<string, unknown>): void {
  process.send?.(message);
}

/** Answers a question of DNS (RFC 1035): addresses of version 4, and none of version 6. */
function answerTo(question: Buffer): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = question.readUInt16BE(at + 1);
  const lists = names[labels.join('.').toLowerCase()];
  const found = type === 1 ? ((lists?.length ?? 0) > 1 ? lists?.shift() : lists?.[0]) : [];
  const header = Buffer.from(question.subarray(0, 12));
  header.writeUInt16BE(lists === undefined ? 0x8183 : 0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(found?.length ?? 0, 6);
  header.writeUInt32BE(0, 8);
  const answers = (found ?? []).map((address) =>
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([header, question.subarray(12, at + 5), ...answers]);
}

function relay(to: () => ReturnType<typeof connect>): Server {
  return createServer((near) => {
    const far = to();
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.pipe(far).pipe(near);
  });
}

for (const command of [
  ['link', 'set', 'lo', 'up'],
  ...addresses.map((address) => ['addr', 'add', address, 'dev', 'lo', 'nodad']),
]) {
  execFileSync('ip', command, { env: { PATH: '/usr/sbin:/sbin:/usr/bin:/bin' }, stdio: 'ignore' });
}
const resolver = path.join(dir, 'resolv.conf');
writeFileSync(resolver, 'nameserver 127.0.0.1\noptions attempts:1 timeout:1\n');
execFileSync('mount', ['--bind', resolver, '/etc/resolv.conf']);

const nameServer = createSocket('udp4');
nameServer.on('message', (question, from) => {
  nameServer.send(answerTo(question), from.port, from.address);
});
nameServer.bind(53, '127.0.0.1');
await once(nameServer, 'listening');

const secrets = createServer((socket) => {
  say({ type: 'connection', at: socket.localAddress?.replace(/^::ffff:/, '') });
  socket.on('error', () => undefined);
  socket.once('data', () => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret');
  });
});
secrets.listen(80, '::');
await once(secrets, 'listening');

relay(() => connect(path.join(dir, 'database.sock'))).listen(databasePort, '127.0.0.1');
relay(() => connect(proxyPort, '127.0.0.1')).listen(path.join(dir, 'proxy.sock'));

const proxy = fork(fileURLToPath(new URL('../main.ts', import.meta.url)), { execArgv: [] });
proxy.once('message', () => say({ type: 'ready' }));
proxy.once('exit', (code) => process.exit(code ?? 1));
process.once('disconnect', () => {
  proxy.kill('SIGTERM');
});
