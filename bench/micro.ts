/**
 * What single steps of a request take, beside another way to do the same: `node x.mjs node bench/micro.ts`. The way
 * that is named first is the one taken.
 */
import { createHmac, createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import {
  digestApiKey,
  generateApiKey,
  ingestUsage,
  isWellFormedApiKey,
  limitLines,
  quotaPeriodAt,
  textOfCount,
  type Queryable,
  type UsageRecord,
} from '@apigate/domain/gateway';

const rounds = 7;
const roundMs = 150;
const many = 1_000;

const nowMs = Date.parse('2026-11-15T12:00:00Z');
const period = quotaPeriodAt(nowMs);
const pepper = randomBytes(32);
const pepperKey = createSecretKey(pepper);
const secrets = Array.from({ length: many }, () => generateApiKey('ak'));
/** As a secret comes: a part of a text that is longer. */
const heads = secrets.map((secret) => `GET /v1/items HTTP/1.1\r\nX-API-Key: ${secret}\r\n\r\n`);
const [secretAt, secretChars] = [heads[0]?.indexOf('ak_') ?? 0, secrets[0]?.length ?? 0];
const secretOf = (at: number): string =>
  heads[at % many]?.slice(secretAt, secretAt + secretChars) ?? '';
const callers = new Map(secrets.map((secret) => [secret, { secret }]));
const callersByDigest = new Map(
  secrets.map((secret) => [digestApiKey(secret, pepperKey), { secret }]),
);
const records = Array.from({ length: many }, recordAt);
const out = Buffer.alloc(4_096);
const bytesOfHeads = heads.map((head) => Buffer.from(head, 'latin1'));
const isVisible = Uint8Array.from({ length: 256 }, (_, code) => (code > 0x1f ? 1 : 0));
const digits = randomBytes(32 * many).toString('hex');
const idStart = randomUUID().slice(0, 15);
/** Where what would be sent to the database goes. */
const nowhere: Queryable = { query: async () => ({ rows: [] }) };

const steps: Record<string, [unit: number, step: (at: number) => unknown]> = {
  'key in use, by its secret': [1, (at) => callers.get(secretOf(at))],
  'key in use, by form, digest and table': [
    1,
    (at) => {
      const secret = secretOf(at);
      return isWellFormedApiKey(secret) && callersByDigest.get(digestApiKey(secret, pepperKey));
    },
  ],
  'form and checksum of a key': [1, (at) => isWellFormedApiKey(secretOf(at))],
  'digest of a key': [1, (at) => digestApiKey(secretOf(at), pepperKey)],
  'digest of a key, its pepper as bytes': [
    1,
    (at) => createHmac('sha256', pepper).update(secretOf(at)).digest('hex'),
  ],
  'head, by its bytes': [1, (at) => visibleBytesOf(bytesOfHeads[at % many] ?? out)],
  'head, by its characters': [1, (at) => visibleCharactersOf(heads[at % many] ?? '')],
  'request id of two parts, written': [
    1,
    (at) => out.write(idStart + digits.slice((at % many) * 32, (at % many) * 32 + 21), 'latin1'),
  ],
  'request id of six parts, written': [
    1,
    (at) => {
      const from = (at % many) * 32;
      const id = `${idStart}${digits.slice(from, from + 3)}-${digits.slice(from + 3, from + 7)}-`;
      return out.write(id + digits.slice(from + 7, from + 19), 'latin1');
    },
  ],
  'lines on limits, made and written': [
    1,
    (at) =>
      out.write(
        limitLines(
          {
            allowed: true,
            remaining: 999_000 - (at % 900),
            perMinute: 1_000_000,
            retryAfterMs: 0,
            fullAfterMs: at % 5,
          },
          { allowed: true, limit: 100_000_000, used: at % 100_000 },
          period,
          nowMs,
        ),
        'latin1',
      ),
  ],
  'digits of a count, by threes': [1, (at) => out.write(textOfCount(9_999_000_000 - at), 'latin1')],
  'digits of a count, by JavaScript': [1, (at) => out.write(`${9_999_000_000 - at}`, 'latin1')],
  'columns of a usage record, in a batch of 1,000': [many, () => ingestUsage(nowhere, records)],
};

function visibleBytesOf(head: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < head.length; at += 1) count += isVisible[head[at] ?? 0] ?? 0;
  return count;
}

function visibleCharactersOf(head: string): number {
  let count = 0;
  for (let at = 0; at < head.length; at += 1) count += isVisible[head.charCodeAt(at)] ?? 0;
  return count;
}

function recordAt(_: unknown, at: number): UsageRecord {
  return {
    id: randomUUID(),
    atMs: nowMs + at,
    userId: randomUUID(),
    keyId: randomUUID(),
    planId: randomUUID(),
    routeId: randomUUID(),
    method: 'GET',
    path: '/v1/items',
    status: 200,
    refusalCode: null,
    units: 1,
    periodStart: period.start,
    bytesIn: 0,
    bytesOut: 200,
    latencyUs: 1_234,
    upstreamLatencyUs: 800,
    ip: '127.0.0.1',
    userAgent: null,
    decision: null,
  };
}

/** @returns nanoseconds, of the fastest round. */
async function timeOf(step: (at: number) => unknown): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    let times = 0;
    while (performance.now() - start < roundMs) {
      for (let turn = 0; turn < 20; turn += 1) {
        const done = step(times);
        if (done instanceof Promise) await done;
        times += 1;
      }
    }
    best = Math.min(best, ((performance.now() - start) / times) * 1e6);
  }
  return best;
}

for (const [name, [unit, step]] of Object.entries(steps)) {
  const ns = (await timeOf(step)) / unit;
  console.log(`${name.padEnd(48)} ${ns.toFixed(0).padStart(7)} ns`);
}
