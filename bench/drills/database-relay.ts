import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../ready.ts';
import { StatementReader } from '../relay.ts';

/**
 * What the way to the database does: `pass` everything, `blackhole` (takes connections and bytes, and answers nothing),
 * `refuse` connections, `reset` them in the middle of an answer, or `lose-acks` (usage is stored, and whoever stored it is
 * cut off before hearing so). Two concern nobody but those who follow changes: `drop-notices` of changes, or
 * `starve-followers` whose connections stay open and bring nothing any more, while new ones work.
 */
export type RelayMode =
  | 'pass'
  | 'blackhole'
  | 'refuse'
  | 'reset'
  | 'lose-acks'
  | 'drop-notices'
  | 'starve-followers';

const follower = 'apigate-changes';
const notice = 'A'.charCodeAt(0);
const headBytes = 5;
/** How the statement begins that stores usage. */
const storing = 'with given as';

interface Link {
  client: Socket;
  database: Socket;
  /** Finds the statements in what the client sends. */
  statements: StatementReader;
  /** Began to store usage and was not answered yet. */
  isStoring: boolean;
  wasStarved: boolean;
  /** Follows the changes. */
  isFollower: boolean;
  /** Of a message to a follower that is not whole yet. */
  rest: Buffer;
}

/** A way to PostgreSQL that can fail in several manners. */
export class DatabaseRelay implements AsyncDisposable {
  readonly #links = new Set<Link>();
  #target = { host: '', port: 0 };
  #port = 0;
  #server: Server | null = null;
  #mode: RelayMode = 'pass';
  /** Connections that were cut. */
  cuts = 0;
  /** Notifications that were not passed on. */
  drops = 0;
  /** Called with each acknowledgement that was lost. */
  onLostAck: () => void = () => undefined;

  /** @returns the address to use instead. */
  async open(databaseUrl: string): Promise<string> {
    const url = new URL(databaseUrl);
    this.#target = { host: url.hostname, port: Number(url.port) };
    this.#port = await freePort();
    await this.#listen();
    url.hostname = '127.0.0.1';
    url.port = String(this.#port);
    return url.href;
  }

  async use(mode: RelayMode): Promise<void> {
    this.#mode = mode;
    if (mode === 'refuse') {
      const server = this.#server;
      this.#server = null;
      const closed = server === null ? null : once(server, 'close');
      server?.close();
      for (const link of this.#links) this.#cut(link);
      await closed;
    } else await this.#listen();
    if (mode === 'starve-followers') {
      for (const link of this.#links) link.wasStarved ||= link.isFollower;
    }
    // What was swallowed will never be answered.
    if (mode === 'pass') {
      for (const link of this.#links) if (link.wasStarved) this.#cut(link);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.use('refuse');
  }

  async #listen(): Promise<void> {
    if (this.#server !== null) return;
    this.#server = createServer((client) => this.#link(client)).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  #link(client: Socket): void {
    const database = connect(this.#target);
    const link: Link = {
      client,
      database,
      statements: new StatementReader((text) => {
        link.isStoring ||= text.startsWith(storing);
      }),
      isStoring: false,
      wasStarved: false,
      isFollower: false,
      rest: Buffer.alloc(0),
    };
    this.#links.add(link);
    client.on('data', (chunk) => this.#ask(link, chunk));
    database.on('data', (chunk) => this.#answer(link, chunk));
    for (const socket of [client, database]) {
      socket.setNoDelay();
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.#links.delete(link);
        client.destroy();
        database.destroy();
      });
    }
  }

  #ask(link: Link, chunk: Buffer): void {
    link.wasStarved ||= this.#mode === 'blackhole';
    if (link.wasStarved) return;
    link.isFollower ||= chunk.includes(follower);
    link.statements.read(chunk);
    link.database.write(chunk);
  }

  #answer(link: Link, chunk: Buffer): void {
    link.wasStarved ||= this.#mode === 'blackhole';
    if (link.wasStarved) return;
    if (this.#mode === 'reset') {
      link.client.write(chunk.subarray(0, chunk.length / 2), () => this.#cut(link));
      return;
    }
    if (this.#mode === 'lose-acks' && link.isStoring) {
      this.#cut(link);
      this.onLostAck();
      return;
    }
    link.isStoring = false;
    link.client.write(link.isFollower ? this.#withoutNotices(link, chunk) : chunk);
  }

  #withoutNotices(link: Link, chunk: Buffer): Buffer {
    let bytes = Buffer.concat([link.rest, chunk]);
    const kept: Buffer[] = [];
    while (bytes.length >= headBytes && bytes.length > bytes.readUInt32BE(1)) {
      const end = 1 + bytes.readUInt32BE(1);
      if (bytes[0] !== notice || this.#mode !== 'drop-notices') kept.push(bytes.subarray(0, end));
      else this.drops += 1;
      bytes = bytes.subarray(end);
    }
    link.rest = bytes;
    return Buffer.concat(kept);
  }

  #cut({ client, database }: Link): void {
    this.cuts += 1;
    // A socket whose end is on its way cannot be reset: Node would keep it, and never exit.
    if (client.writableEnded) client.destroy();
    else client.resetAndDestroy();
    database.destroy();
  }
}
