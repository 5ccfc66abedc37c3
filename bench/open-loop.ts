/**
 * A generator that does not wait for answers: requests are due at random times, whose mean distance is given, and how
 * long each took counts from when it was due, whether or not it could be sent then.
 *
 *   node open-loop.ts '{"url":…,"keysFile":…,"keyHeader":…,"perSecond":…,"warmUps":…,"requests":…}'
 *
 * It prints what it measured as JSON. Once it has sent every key, it starts over with the first.
 */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { Histogram } from './histogram.ts';
import type { OpenLoad, OpenResult } from './open-load.ts';
import { randomFrom } from './statistics.ts';

const connectionsMax = 256;
/** Between two looks at the sockets; shorter would take time from the upstream, which shares the processor. */
const napMs = 0.05;
const patienceMs = 60_000;
const headEnd = Buffer.from('\r\n\r\n');
const lengthHeader = Buffer.from('ontent-Length: ');
const cell = new Int32Array(new SharedArrayBuffer(4));

/** One kept connection; it has one request under way at most. */
class Connection {
  readonly socket: Socket;
  dueMs = 0;
  #rest = Buffer.alloc(0);

  constructor(port: number, whenAnswered: (connection: Connection, status: number) => void) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk) => {
      this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
      const status = statusOf(this.#rest);
      if (status === null) return;
      this.#rest = Buffer.alloc(0);
      whenAnswered(this, status);
    });
  }
}

/** The status of a whole answer with a sized body; null while some of it is still to come. */
function statusOf(answer: Buffer): number | null {
  const headBytes = answer.indexOf(headEnd);
  if (headBytes < 0) return null;
  const at = answer.subarray(0, headBytes).indexOf(lengthHeader);
  const lower =
    at < 0 ? /content-length: (\d+)/i.exec(answer.toString('latin1', 0, headBytes)) : null;
  const bodyBytes =
    at < 0
      ? Number(lower?.[1])
      : Number.parseInt(answer.toString('latin1', at + lengthHeader.length, at + 30), 10);
  if (answer.length < headBytes + headEnd.length + bodyBytes) return null;
  return Number(answer.toString('latin1', 9, 12));
}

async function run(load: OpenLoad): Promise<OpenResult> {
  const { hostname, port, pathname } = new URL(load.url);
  const requests = readFileSync(load.keysFile, 'latin1')
    .trim()
    .split('\n')
    .map((key) =>
      Buffer.from(
        `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${load.keyHeader}: ${key}\r\n\r\n`,
        'latin1',
      ),
    );
  const random = randomFrom(7);
  const histogram = new Histogram();
  const total = load.warmUps + load.requests;
  const { promise, resolve, reject } = Promise.withResolvers<OpenResult>();
  const free: Connection[] = [];
  const waiting: number[] = [];
  let connections = 0;
  let scheduled = 0;
  let sent = 0;
  let answered = 0;
  const failed: Record<string, number> = {};
  let dueMs = performance.now() + 50;
  const startedMs = dueMs;

  const whenAnswered = (connection: Connection, status: number): void => {
    answered += 1;
    if (answered > load.warmUps) histogram.record((performance.now() - connection.dueMs) * 1000);
    if (status < 200 || status > 299) failed[status] = (failed[status] ?? 0) + 1;
    const next = waiting.shift();
    if (next === undefined) free.push(connection);
    else send(connection, next);
  };
  const send = (connection: Connection, due: number): void => {
    connection.dueMs = due;
    const request = requests[sent % requests.length];
    if (request !== undefined) connection.socket.write(request);
    sent += 1;
  };
  const open = (): Connection => {
    connections += 1;
    const connection = new Connection(Number(port), whenAnswered);
    connection.socket.once('error', reject);
    connection.socket.once('close', () => {
      const at = free.indexOf(connection);
      // Whoever answers may close what nobody uses.
      if (at === -1) return reject(new Error('a connection was closed under a request'));
      free.splice(at, 1);
      connections -= 1;
    });
    return connection;
  };
  const turn = (): void => {
    const now = performance.now();
    while (dueMs <= now && scheduled < total) {
      // In turns, because whoever answers closes those that nobody uses.
      const connection = free.shift() ?? (connections < connectionsMax ? open() : undefined);
      if (connection === undefined) waiting.push(dueMs);
      else send(connection, dueMs);
      scheduled += 1;
      dueMs += (-Math.log(1 - random()) / load.perSecond) * 1000;
    }
    if (answered === total) {
      resolve({
        sent,
        failed,
        perSecond: sent / ((performance.now() - startedMs) / 1000),
        p50Us: histogram.percentileUs(0.5),
        p90Us: histogram.percentileUs(0.9),
        p99Us: histogram.percentileUs(0.99),
        p999Us: histogram.percentileUs(0.999),
        maxUs: histogram.maxUs,
      });
      return;
    }
    if (scheduled === total && now > dueMs + patienceMs) {
      reject(new Error(`${total - answered} requests were never answered`));
      return;
    }
    const untilDueMs = Math.max(0, dueMs - performance.now());
    // With nothing under way there is no answer to look for; so others have the processor until the next one is due.
    Atomics.wait(cell, 0, 0, answered === sent ? untilDueMs : Math.min(napMs, untilDueMs));
    setImmediate(turn);
  };
  // Opened beforehand, so that connecting is in no figure unless more are needed than are usual.
  free.push(...Array.from({ length: 32 }, open));
  turn();
  try {
    return await promise;
  } finally {
    for (const { socket } of free) {
      socket.removeAllListeners();
      socket.destroy();
    }
  }
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '{}'))));
process.exit();
