import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCustomer, insertRoute, insertUpstream } from '../testing/records.ts';
import { startGateway, type Gateway } from '../testing/start-gateway.ts';

let gateway: Gateway;
let secret: string;
let server: Server;
let dir: string;
let certificate: string;
let connections = 0;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'apigate-tls-'));
  const [key, cert] = [path.join(dir, 'key.pem'), path.join(dir, 'cert.pem')];
  const named = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', key, '-out', cert, '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...files, ...named], { stdio: 'pipe' });
  certificate = readFileSync(cert, 'utf8');
  server = createServer({ key: readFileSync(key), cert: certificate }, (req, res) => {
    req.pipe(res.writeHead(200, { 'X-Servername': 'servername' in req.socket ? 'yes' : 'no' }));
  });
  server.on('secureConnection', () => (connections += 1));
  server.listen(0, 'localhost');
  await once(server, 'listening');
  gateway = await startGateway();
  ({ secret } = await insertCustomer(gateway.db));
  const { port } = server.address() as AddressInfo;
  const good = await insertUpstream(gateway.db, `https://localhost:${port}`);
  await insertRoute(gateway.db, good, { path: '/good' });
  const other = await insertUpstream(gateway.db, `https://127.0.0.1:${port}`);
  await insertRoute(gateway.db, other, { path: '/other-name' });
  await gateway.heard();
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
  rmSync(dir, { recursive: true });
});

test('an upstream whose certificate nobody vouches for is not spoken to', async () => {
  const res = await gateway.send(secret, '/good');
  expect(await res.json()).toMatchObject({ status: 502, code: 'upstream_unreachable' });
});

test('requests and answers pass over TLS, and its connections are used again', async () => {
  setDefaultCACertificates([certificate]);
  const before = connections;
  const body = 'x'.repeat(1_000_000);
  for (let count = 0; count < 3; count += 1) {
    const res = await gateway.send(secret, '/good', { method: 'POST', body });
    expect(await res.text()).toBe(body);
  }
  expect(connections - before).toBe(1);
  const misnamed = await gateway.send(secret, '/other-name');
  expect(misnamed.status).toBe(502);
});
