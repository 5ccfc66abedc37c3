import type { AddressRules } from '@apigate/domain/gateway';
import type { Turn } from './turn.ts';
import {
  UpstreamConnection,
  UpstreamError,
  type UpstreamConnectionOwner,
} from './upstream-connection.ts';

/** What a pool is made with. Times in milliseconds. */
export interface UpstreamPoolOptions {
  origin: URL;
  connectionsMax: number;
  connectTimeoutMs: number;
  responseTimeoutMs: number;
  idleTimeoutMs: number;
  /** Where the upstream may be; asked whenever that matters. */
  addressRules: () => AddressRules;
}

/** Waits for a connection. */
export interface PoolClient {
  onConnection: (connection: UpstreamConnection) => void;
  onNoConnection: (error: Error) => void;
}

/** The connections to one upstream, used again for as long as they are clean. */
export class UpstreamPool implements UpstreamConnectionOwner {
  readonly turn: Turn;
  readonly origin: URL;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly #addressRules: () => AddressRules;
  readonly #connectionsMax: number;
  readonly #connections = new Set<UpstreamConnection>();
  /** The one used last is used first, so that the others may be let go. */
  readonly #idle: UpstreamConnection[] = [];
  readonly #queue = new Map<PoolClient, number>();
  #connecting = 0;
  #isRetired = false;

  constructor(turn: Turn, options: UpstreamPoolOptions) {
    this.turn = turn;
    this.origin = options.origin;
    this.connectTimeoutMs = options.connectTimeoutMs;
    this.responseTimeoutMs = options.responseTimeoutMs;
    this.idleTimeoutMs = options.idleTimeoutMs;
    this.#addressRules = options.addressRules;
    this.#connectionsMax = options.connectionsMax;
  }

  get addressRules(): AddressRules {
    return this.#addressRules();
  }

  get isUnused(): boolean {
    return this.#connections.size === 0 && this.#queue.size === 0;
  }

  /** Gives a connection, at once or when there is one. */
  acquire(client: PoolClient): void {
    let idle = this.#queue.size === 0 ? this.#idle.pop() : undefined;
    while (idle?.isUsable === false) {
      idle.destroy();
      idle = this.#idle.pop();
    }
    if (idle !== undefined) {
      client.onConnection(idle);
      return;
    }
    this.#queue.set(client, this.turn.nowMs);
    this.#openWhereNeeded();
  }

  /** Gives another connection, because the upstream has closed the one used last; those that were idle for longer go too. */
  acquireAnother(client: PoolClient): void {
    for (const connection of this.#idle.splice(0)) connection.destroy();
    this.acquire(client);
  }

  /** The client does not want a connection any more. */
  cancel(client: PoolClient): void {
    this.#queue.delete(client);
  }

  /** Finishes what was begun, and keeps no connection. */
  retire(): void {
    this.#isRetired = true;
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  /** Ends every connection at once. */
  destroy(): void {
    this.retire();
    const error = new UpstreamError('the gateway is closing');
    for (const client of this.#takeQueue()) client.onNoConnection(error);
    for (const connection of this.#connections) connection.destroy();
  }

  sweep(nowMs: number): void {
    for (const connection of this.#connections) connection.sweep(nowMs);
    for (const [client, sinceMs] of this.#queue) {
      if (nowMs - sinceMs <= this.connectTimeoutMs + this.responseTimeoutMs) break;
      this.#queue.delete(client);
      client.onNoConnection(
        new UpstreamError('no connection was free in time', { code: 'upstream_timeout' }),
      );
    }
  }

  onConnected(connection: UpstreamConnection): void {
    this.#connecting -= 1;
    this.onReusable(connection);
  }

  onReusable(connection: UpstreamConnection): void {
    const next = this.#takeFirst();
    if (next !== null) next.onConnection(connection);
    else if (this.#isRetired) connection.destroy();
    else this.#idle.push(connection);
  }

  onClosed(connection: UpstreamConnection, error: Error | null): void {
    this.#connections.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
    if (error !== null) {
      this.#connecting -= 1;
      this.#takeFirst()?.onNoConnection(error);
    }
    this.#openWhereNeeded();
  }

  #takeFirst(): PoolClient | null {
    for (const client of this.#queue.keys()) {
      this.#queue.delete(client);
      return client;
    }
    return null;
  }

  #takeQueue(): PoolClient[] {
    const clients = [...this.#queue.keys()];
    this.#queue.clear();
    return clients;
  }

  #openWhereNeeded(): void {
    while (this.#connecting < this.#queue.size && this.#connections.size < this.#connectionsMax) {
      try {
        this.#connections.add(new UpstreamConnection(this));
        this.#connecting += 1;
      } catch (error) {
        const cause =
          error instanceof Error ? error : new UpstreamError('no connection', { cause: error });
        this.#takeFirst()?.onNoConnection(cause);
      }
    }
  }
}
