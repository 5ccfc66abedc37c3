import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  Callers,
  ChangeFeed,
  QuotaLedger,
  quotaPeriodAt,
  Snapshot,
  TokenBuckets,
} from '@apigate/domain/gateway';
import type { Pool } from 'pg';
import { ClientAddresses } from './client-address.ts';
import type { ProxyConfig } from './config.ts';
import type { Logger } from './logger.ts';
import { Meter } from './meter.ts';
import { Outcomes } from './outcomes.ts';
import { answerOwn, isOwn } from './own-endpoints.ts';
import { Pipeline } from './pipeline.ts';
import { createGatewayServer } from './server.ts';
import { Upstreams } from './upstreams.ts';

const ledgerSweepMs = 60 * 60_000;
const idleSweepMs = 100;

/** What the proxy is started with. The pool stays its owner's to end. */
export interface ProxyDeps {
  config: ProxyConfig;
  pool: Pool;
  logger: Logger;
}

/** A proxy that can be started and closed. */
export interface Proxy extends AsyncDisposable {
  /** Listens, and starts to learn what it must know; until then requests are answered with 503. */
  listen: () => Promise<number>;
  /** Settles when everything is loaded. */
  ready: () => Promise<void>;
  /** Finishes what runs, ships the usage, and lets everything go. */
  close: () => Promise<void>;
}

/** Puts the proxy together. */
export function createProxy({ config, pool, logger }: ProxyDeps): Proxy {
  const { bounds } = config;
  const ledger = new QuotaLedger();
  const buckets = new TokenBuckets();
  const upstreams = new Upstreams(config.encryptionKey, bounds.upstreamQueueMax, logger);
  const callers = new Callers(pool, ledger, config.keyPepper, bounds);
  const snapshot = new Snapshot(pool, callers, (records) => upstreams.replace(records), logger);
  const feed = new ChangeFeed(config.databaseUrl, snapshot, bounds.changePollMs, logger);
  const meter = new Meter(pool, ledger, bounds, logger);
  const outcomes = new Outcomes(upstreams, buckets, ledger, meter, logger);
  const addresses = new ClientAddresses(config.trustedProxies);
  const pipeline = new Pipeline({ snapshot, addresses, buckets, ledger, outcomes, bounds });
  const { promise: loaded, resolve: onLoaded } = Promise.withResolvers<void>();
  let isDraining = false;

  const server = createGatewayServer((req: IncomingMessage, res: ServerResponse) => {
    if (isOwn(req.url ?? '')) answerOwn(req, res, !isDraining && snapshot.settings !== null);
    else pipeline.handle(req, res);
  }, bounds);
  const ledgerSweep = setInterval(() => {
    ledger.forgetBefore(quotaPeriodAt(Date.now()).start);
  }, ledgerSweepMs).unref();

  pool.on('error', (error) => logger.warn({ err: error }, 'database_connection_lost'));
  // While a pool ends it no longer listens to its clients, and the server may still have something to say to them.
  pool.on('connect', (client) => client.on('error', () => undefined));

  async function listen(): Promise<number> {
    server.listen(config.port, config.host);
    await once(server, 'listening');
    feed.start(onLoaded);
    const { port } = server.address() as AddressInfo;
    logger.info({ host: config.host, port }, 'proxy_listening');
    return port;
  }

  async function drainServer(): Promise<void> {
    isDraining = true;
    outcomes.drain();
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    const sweep = setInterval(() => server.closeIdleConnections(), idleSweepMs);
    const deadline = setTimeout(() => server.closeAllConnections(), bounds.drainTimeoutMs);
    await closed;
    clearInterval(sweep);
    clearTimeout(deadline);
  }

  async function close(): Promise<void> {
    const wasListening = server.listening;
    clearInterval(ledgerSweep);
    await drainServer();
    await feed.stop();
    await meter.close(bounds.flushTimeoutMs);
    await upstreams.close();
    if (wasListening) logger.info('proxy_closed');
  }

  return { listen, ready: () => loaded, close, [Symbol.asyncDispose]: close };
}
