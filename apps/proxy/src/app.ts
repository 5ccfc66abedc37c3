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
  UsageShipping,
  type SharedCountersOptions,
  type Shipping,
} from '@apigate/domain/gateway';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { ProxyConfig } from './config.ts';
import type { Logger } from './logger.ts';
import { CutOff } from './cut-off.ts';
import { canSharePort } from './http/can-share-port.ts';
import { HttpServer } from './http/http-server.ts';
import { Turn } from './http/turn.ts';
import { Outcomes } from './outcomes.ts';
import { ProxyMetrics, type ProxyHealth, type ProxyMetricsRow } from './metrics.ts';
import { OwnAnswers, readinessOf, type Readiness } from './own-answers.ts';
import { ownAnswerTo, sendOwn } from './own-endpoints.ts';
import { Pipeline } from './pipeline.ts';
import { preparedOn } from './prepared-on.ts';
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
interface ProxyThread {
  counters: SharedCountersOptions;
  metrics: ProxyMetricsRow;
  /** Ships the usage, elsewhere than in this thread. */
  shipping: Shipping;
  /** Whether all the others have loaded what they decide by. */
  areOthersReady: () => boolean;
}

/** A proxy that can be started and closed. */
export interface Proxy extends AsyncDisposable {
  /**
   * Starts to learn what it must know and then listens; when that takes too long it listens nevertheless, and requests are
   * answered with 503 until it is done.
   *
   * @returns the port
   * @throws an `AbortError` when it was closed before it listened; the port is not opened then.
   */
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
  const turn = new Turn(() => meter.endTurn());
  const upstreams = new Upstreams({
    encryptionKey: config.encryptionKey,
    connectionsMax: bounds.upstreamConnectionsMax,
    queueMax: bounds.upstreamQueueMax,
    turn,
    logger,
    addressRules: () => ({ allowPrivate: snapshot.settings?.['upstreams.allow_private'] ?? true }),
  });
  const basicSecrets = new BasicSecrets(
    new PasswordHasher({
      cost: config.bcryptCost,
      pepper: config.keyPepper,
      waitingMax: bounds.basicSecretsMax,
    }),
  );
  const callers = new Callers(preparedOn(pool), counters, config.keyPepper, basicSecrets, bounds);
  const snapshot = new Snapshot(pool, callers, (records) => upstreams.replace(records), logger);
  const feed = new ChangeFeed(config.databaseUrl, snapshot, bounds.changePollMs, logger);
  const { spoolDir: dir } = config;
  const shipHere = { dir, db: pool, units: local, logger, shipEveryMs: bounds.usageShipMs };
  const meter = new Meter({
    shipping: thread?.shipping ?? new UsageShipping(shipHere),
    units: counters,
    logger,
    whenFull: () => snapshot.settings?.['metering.when_full'] ?? 'refuse',
    bytesMax: bounds.spoolBytesMax,
  });
  const closing = new AbortController();
  const readiness = (): Readiness => {
    const isLoaded = snapshot.settings !== null;
    const state = {
      isClosing: closing.signal.aborted,
      isLoaded: isLoaded && (thread?.areOthersReady() ?? true),
      confirmedAtMs: snapshot.confirmedAtMs,
      isSpoolFull: isLoaded && meter.isFull,
      areCountersShared: redis === null ? null : redis.shared === 'up',
    };
    return readinessOf(state, bounds, performance.now());
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
  const cutOff = new CutOff(callers, bounds.keyLookupsMax, logger);
  const outcomes = new Outcomes({ upstreams, counters, meter, metrics, cutOff, turn, logger });
  const addresses = new ClientAddresses(config.trustedProxies);
  const pipeline = new Pipeline({
    snapshot,
    addresses,
    counters,
    outcomes,
    bounds,
    portalOrigin: config.portalOrigin,
  });
  const { promise: loaded, resolve: onLoaded } = Promise.withResolvers<void>();

  const server = new HttpServer({
    turn,
    bounds,
    onRequest: (connection, head) => {
      const own = ownAnswerTo(ownAnswers, connection, head);
      if (own === null) pipeline.handle(connection, head);
      else sendOwn(connection, head, own);
    },
    isTrusted: (address) => addresses.isTrusted(address),
    onSweep: (nowMs) => upstreams.sweep(nowMs),
  });
  pool.on('error', (error) => logger.warn({ err: error }, 'database_connection_lost'));
  // While a pool ends it no longer listens to its clients, and the server may still have something to say to them.
  pool.on('connect', (client) => client.on('error', () => undefined));

  async function open(): Promise<number> {
    await meter.start();
    // Before the first request, so that none is let through that another proxy has counted already.
    await redis?.start();
    feed.start(onLoaded);
    // Another one may serve on this port: what the system would deal out to this one is better off there until then.
    const { signal } = closing;
    await Promise.race([loaded, sleep(bounds.loadWaitMs, undefined, { signal, ref: false })]);
    signal.throwIfAborted();
    const { host, port: asked } = config;
    await server.listen({ host, port: asked, reusePort: thread !== undefined && canSharePort });
    const port = server.address?.port ?? asked;
    logger.info({ host: config.host, port }, 'proxy_listening');
    return port;
  }

  let opening: Promise<number> | null = null;
  const listen = (): Promise<number> => (opening ??= open());

  async function close(isPatient = false): Promise<void> {
    closing.abort();
    await Promise.allSettled([opening]);
    const wasListening = server.isListening;
    metrics[Symbol.dispose]();
    await server.close(isPatient);
    await feed.stop();
    await meter.close(bounds.flushTimeoutMs);
    upstreams.close();
    await redis?.close();
    if (wasListening) logger.info('proxy_closed');
  }

  return { listen, ready: () => loaded, close, [Symbol.asyncDispose]: () => close() };
}
