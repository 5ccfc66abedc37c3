import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  BasicSecrets,
  Callers,
  ChangeFeed,
  ClientAddresses,
  Meter,
  PasswordHasher,
  RedisCounters,
  SharedCounters,
  Snapshot,
  type SharedCountersOptions,
} from '@apigate/domain/gateway';
import type { Pool } from 'pg';
import type { ProxyConfig } from './config.ts';
import type { Logger } from './logger.ts';
import { canSharePort, drainServer } from './drain-server.ts';
import { Outcomes } from './outcomes.ts';
import { ProxyMetrics, type ProxyHealth, type ProxyMetricsRow } from './metrics.ts';
import { OwnAnswers, readinessOf, type Readiness } from './own-answers.ts';
import { ownAnswerTo, sendOwn } from './own-endpoints.ts';
import { Pipeline } from './pipeline.ts';
import { createGatewayServer } from './server.ts';
import { Upstreams } from './upstreams.ts';

/** What the proxy is started with. The pool stays its owner's to end. */
export interface ProxyDeps {
  config: ProxyConfig;
  pool: Pool;
  logger: Logger;
  /** Set where this is one of several threads of a process. */
  thread?: ProxyThread;
}

/** What a proxy shares with the other threads of its process. */
export interface ProxyThread {
  counters: SharedCountersOptions;
  metrics: ProxyMetricsRow;
  /** Whether all the others have loaded what they decide by. */
  areOthersReady: () => boolean;
}

/** A proxy that can be started and closed. */
export interface Proxy extends AsyncDisposable {
  /** Listens, and starts to learn what it must know; until then requests are answered with 503. */
  listen: () => Promise<number>;
  /** Settles when everything is loaded. */
  ready: () => Promise<void>;
  /**
   * Finishes what runs, ships the usage, and lets everything go.
   *
   * @param isPatient whether clients are first told on every answer to come back on another connection, so that another
   * proxy on the same port can take them over without one of them noticing.
   */
  close: (isPatient?: boolean) => Promise<void>;
}

/** Puts the proxy together. */
export function createProxy({ config, pool, logger, thread }: ProxyDeps): Proxy {
  const { bounds } = config;
  const local = new SharedCounters(thread?.counters);
  const { redisUrl: url } = config;
  const redis =
    url === null
      ? null
      : new RedisCounters({ url, local, logger, timeoutMs: bounds.redisTimeoutMs });
  const counters = redis ?? local;
  const upstreams = new Upstreams(config.encryptionKey, bounds.upstreamQueueMax, logger);
  const basicSecrets = new BasicSecrets(
    new PasswordHasher({
      cost: config.bcryptCost,
      pepper: config.keyPepper,
      waitingMax: bounds.basicSecretsMax,
    }),
  );
  const callers = new Callers(pool, counters, config.keyPepper, basicSecrets, bounds);
  const snapshot = new Snapshot(pool, callers, (records) => upstreams.replace(records), logger);
  const feed = new ChangeFeed(config.databaseUrl, snapshot, bounds.changePollMs, logger);
  const meter = new Meter({
    dir: config.spoolDir,
    db: pool,
    units: counters,
    logger,
    whenFull: () => snapshot.settings?.['metering.when_full'] ?? 'refuse',
    shipEveryMs: bounds.usageShipMs,
    bytesMax: bounds.spoolBytesMax,
  });
  let isDraining = false;
  const readiness = (): Readiness => {
    const isLoaded = snapshot.settings !== null;
    const state = {
      isClosing: isDraining,
      isLoaded: isLoaded && (thread?.areOthersReady() ?? true),
      confirmedAtMs: snapshot.confirmedAtMs,
      isSpoolFull: isLoaded && meter.isFull,
      areCountersShared: redis === null ? null : redis.shared === 'up',
    };
    return readinessOf(state, bounds, Date.now());
  };
  const look = (): ProxyHealth => ({
    isReady: readiness().status === 'ready',
    counters: redis === null ? 'own' : redis.shared === 'up' ? 'shared' : 'unreachable',
    database: pool,
    keysKnown: callers.size,
    lookupsPending: callers.pendingLookups,
    confirmedAtMs: snapshot.confirmedAtMs,
    usage: meter.stats,
  });
  const metrics = new ProxyMetrics(look, thread?.metrics);
  const ownAnswers = new OwnAnswers(readiness, metrics, () => snapshot.routes.names);
  const outcomes = new Outcomes(upstreams, counters, meter, metrics, logger);
  const addresses = new ClientAddresses(config.trustedProxies);
  const pipeline = new Pipeline({ snapshot, addresses, counters, outcomes, bounds });
  const { promise: loaded, resolve: onLoaded } = Promise.withResolvers<void>();

  const server = createGatewayServer((req: IncomingMessage, res: ServerResponse) => {
    const own = ownAnswerTo(ownAnswers, req);
    if (own === null) pipeline.handle(req, res);
    else sendOwn(res, own);
  }, bounds);
  pool.on('error', (error) => logger.warn({ err: error }, 'database_connection_lost'));
  // While a pool ends it no longer listens to its clients, and the server may still have something to say to them.
  pool.on('connect', (client) => client.on('error', () => undefined));

  async function listen(): Promise<number> {
    await meter.start();
    // Before the first request, so that none is let through that another proxy has counted already.
    await redis?.start();
    const { host, port: asked } = config;
    server.listen({ host, port: asked, reusePort: thread !== undefined && canSharePort });
    await once(server, 'listening');
    feed.start(onLoaded);
    const { port } = server.address() as AddressInfo;
    logger.info({ host: config.host, port }, 'proxy_listening');
    return port;
  }

  async function close(isPatient = false): Promise<void> {
    const wasListening = server.listening;
    metrics[Symbol.dispose]();
    isDraining = true;
    outcomes.drain();
    await drainServer(server, bounds, isPatient);
    await feed.stop();
    await meter.close(bounds.flushTimeoutMs);
    await upstreams.close();
    await redis?.close();
    if (wasListening) logger.info('proxy_closed');
  }

  return { listen, ready: () => loaded, close, [Symbol.asyncDispose]: () => close() };
}
