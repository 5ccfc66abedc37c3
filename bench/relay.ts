import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './ready.ts';

const headBytes = 5;
const textCharsMax = 70;
/** The first word of the protocol's version 3, as opposed to requests for encryption or to cancel. */
const protocol3 = 3;

/** A way to PostgreSQL that counts what is asked on it. */
export interface Relay extends AsyncDisposable {
  port: number;
  url: string;
  /** How often each statement was run so far, by the beginning of its text. */
  statements: () => ReadonlyMap<string, number>;
  /** How often a key was looked up so far that had been looked up before. */
  repeatedLookUps: () => number;
}

/** Passes everything on, and reads along what the client sends. */
export async function startRelay(databaseUrl: string): Promise<Relay> {
  const { hostname, port: databasePort } = new URL(databaseUrl);
  const counts = new Map<string, number>();
  const lookUps = new Set<string>();
  let repeated = 0;
  const whenRun = (text: string, values: string): void => {
    counts.set(text, (counts.get(text) ?? 0) + 1);
    if (!isKeyLookUp(text)) return;
    if (lookUps.has(values)) repeated += 1;
    lookUps.add(values);
  };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(databasePort), hostname);
    const reader = new StatementReader(whenRun);
    client.setNoDelay();
    database.setNoDelay();
    client.on('data', (chunk) => reader.read(chunk));
    client.pipe(database).pipe(client);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    port,
    url: url.href,
    statements: () => new Map(counts),
    repeatedLookUps: () => repeated,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** Whether a statement finds a key by its digest. */
export function isKeyLookUp(text: string): boolean {
  return /^select k\./i.test(text);
}

/** Finds the statements in what a client sends: simple queries, and each use of a prepared one. */
export class StatementReader {
  readonly #whenRun: (text: string, values: string) => void;
  readonly #prepared = new Map<string, string>();
  #bytes: Buffer = Buffer.alloc(0);
  #hasStarted = false;

  /** @param whenRun is told the beginning of a statement and its values, as they are sent. */
  constructor(whenRun: (text: string, values: string) => void) {
    this.#whenRun = whenRun;
  }

  read(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    for (;;) {
      const typeBytes = this.#hasStarted ? 1 : 0;
      if (this.#bytes.length < headBytes + 1) return;
      const end = typeBytes + this.#bytes.readUInt32BE(typeBytes);
      if (this.#bytes.length < end) return;
      const message = this.#bytes.subarray(0, end);
      this.#bytes = this.#bytes.subarray(end);
      if (this.#hasStarted) this.#take(String.fromCharCode(message[0] ?? 0), message);
      else this.#hasStarted = message.readUInt16BE(4) === protocol3;
    }
  }

  #take(type: string, message: Buffer): void {
    if (type === 'Q') this.#whenRun(shortened(textAt(message, headBytes)), '');
    if (type === 'P') {
      const name = textAt(message, headBytes);
      const text = textAt(message, headBytes + Buffer.byteLength(name) + 1);
      this.#prepared.set(name, shortened(text));
    }
    if (type === 'B') {
      const portal = textAt(message, headBytes);
      const name = textAt(message, headBytes + Buffer.byteLength(portal) + 1);
      this.#whenRun(this.#prepared.get(name) ?? 'unknown', message.toString('latin1', headBytes));
    }
  }
}

function textAt(message: Buffer, start: number): string {
  return message.toString('utf8', start, message.indexOf(0, start));
}

function shortened(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, textCharsMax);
}
