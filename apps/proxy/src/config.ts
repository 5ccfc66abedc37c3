import { availableParallelism } from 'node:os';
import path from 'node:path';
import { environment, openFilesMax, parseEnvironment } from '@apigate/config';
import { canSharePort } from './http/can-share-port.ts';

const threadsMax = 8;

const variables = environment.pick({
  DATABASE_URL: true,
  REDIS_URL: true,
  APIGATE_DATA_DIR: true,
  APIGATE_HOST: true,
  APIGATE_PROXY_PORT: true,
  APIGATE_PORT: true,
  APIGATE_PUBLIC_URL: true,
  APIGATE_KEY_PEPPER: true,
  APIGATE_ENCRYPTION_KEY: true,
  APIGATE_PROXY_THREADS: true,
  APIGATE_TRUSTED_PROXIES: true,
  APIGATE_LOG_LEVEL: true,
  BCRYPT_COST: true,
});

/** How long the proxy waits and how much it holds. Times in milliseconds. */
export interface ProxyBounds {
  /** For the whole head of a request. */
  requestHeadTimeoutMs: number;
  /** For the next bytes of a body from the client, or for room to send it more of an answer. */
  clientIdleTimeoutMs: number;
  /** For the next request on an open connection. */
  keepAliveTimeoutMs: number;
  /** Without any byte in a WebSocket. */
  tunnelIdleTimeoutMs: number;
  /** For how long a body may be waited for in all before it has to come at {@link bodyBytesPerSecondMin}. */
  bodyRateGraceMs: number;
  bodyBytesPerSecondMin: number;
  /** Connections of clients at once. */
  connectionsMax: number;
  /** Connections of one client address at once; trusted proxies may have more. */
  connectionsPerAddressMax: number;
  /** For what requests are decided by, before the port is opened without it. */
  loadWaitMs: number;
  /** For the database to tell of a key that was not used here before. */
  keyLookupTimeoutMs: number;
  /** Look-ups of keys that may wait at once; more are refused. */
  keyLookupsMax: number;
  /** Secrets of `basic` credentials that may wait to be hashed; more are refused. */
  basicSecretsMax: number;
  /** Keys held in memory. */
  keysMax: number;
  /** For how long it is remembered that a key does not exist. */
  unknownKeyTtlMs: number;
  /** For how long known keys go on without word from the database. */
  databaseSilenceMaxMs: number;
  /** Between two looks at the change log, for what notifications may have missed. */
  changePollMs: number;
  /** Between two shipments of usage. */
  usageShipMs: number;
  /** Of usage that may wait for the database; what comes then, the setting `metering.when_full` says. */
  spoolBytesMax: number;
  /** For Redis to decide on a request; after that it counts as away. */
  redisTimeoutMs: number;
  /** Connections to one upstream, whatever it may be given itself. */
  upstreamConnectionsMax: number;
  /** Requests that may wait for a free connection to one upstream. */
  upstreamQueueMax: number;
  /** At shutdown, for new connections to stay away and for clients to use those that are idle once more. */
  drainIdleMs: number;
  /** At shutdown, for new connections to stay away at most. */
  drainAcceptMs: number;
  /** For requests in progress at shutdown. */
  drainTimeoutMs: number;
  /** For the last shipment of usage at shutdown. */
  flushTimeoutMs: number;
}

export const defaultBounds: ProxyBounds = {
  requestHeadTimeoutMs: 10_000,
  clientIdleTimeoutMs: 60_000,
  keepAliveTimeoutMs: 72_000,
  tunnelIdleTimeoutMs: 5 * 60_000,
  bodyRateGraceMs: 20_000,
  bodyBytesPerSecondMin: 240,
  connectionsMax: 16_384,
  connectionsPerAddressMax: 4_096,
  loadWaitMs: 5_000,
  keyLookupTimeoutMs: 2_000,
  keyLookupsMax: 1_000,
  basicSecretsMax: 20,
  keysMax: 100_000,
  unknownKeyTtlMs: 5_000,
  databaseSilenceMaxMs: 15 * 60_000,
  changePollMs: 2_000,
  usageShipMs: 200,
  spoolBytesMax: 2 * 1024 ** 3,
  upstreamConnectionsMax: 4_096,
  upstreamQueueMax: 1_024,
  redisTimeoutMs: 100,
  drainIdleMs: 2_000,
  drainAcceptMs: 5_000,
  drainTimeoutMs: 30_000,
  flushTimeoutMs: 10_000,
};

export interface ProxyConfig {
  databaseUrl: string;
  /** Where several proxies share their counters; null when each has its own. */
  redisUrl: string | null;
  /** Where usage waits for the database. */
  spoolDir: string;
  host: string;
  port: number;
  keyPepper: Buffer;
  encryptionKey: Buffer;
  /** Of the hash that an unknown `basic` credential is compared with, so that it takes as long as a known one. */
  bcryptCost: number;
  trustedProxies: readonly string[];
  /** Where the portal is, as browsers name it in `Origin`. */
  portalOrigin: string;
  bounds: ProxyBounds;
}

/**
 * Reads the environment.
 *
 * @throws ConfigError with every problem in it.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): ProxyConfig & {
  logLevel: string;
  threads: number;
} {
  const values = parseEnvironment(variables, env);
  const threads = values.APIGATE_PROXY_THREADS ?? threadsDefault();
  return {
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL?.reveal() ?? null,
    spoolDir: path.resolve(values.APIGATE_DATA_DIR, 'spool', 'proxy'),
    host: values.APIGATE_HOST,
    port: values.APIGATE_PROXY_PORT,
    keyPepper: Buffer.from(values.APIGATE_KEY_PEPPER.reveal(), 'utf8'),
    encryptionKey: Buffer.from(values.APIGATE_ENCRYPTION_KEY.reveal(), 'utf8'),
    bcryptCost: values.BCRYPT_COST,
    trustedProxies: values.APIGATE_TRUSTED_PROXIES,
    portalOrigin: new URL(values.APIGATE_PUBLIC_URL ?? `http://localhost:${values.APIGATE_PORT}`)
      .origin,
    logLevel: values.APIGATE_LOG_LEVEL,
    threads,
    bounds: { ...defaultBounds, ...connectionBounds(openFilesMax(), threads) },
  };
}

/**
 * How many clients a thread takes, so that upstreams, spool and database always find a descriptor.
 *
 * @param filesMax descriptors that the process may open.
 */
export function connectionBounds(
  filesMax: number,
  threads: number,
): Pick<ProxyBounds, 'connectionsMax' | 'connectionsPerAddressMax' | 'upstreamConnectionsMax'> {
  const kept = Math.max(96, Math.min(2_048, Math.floor(filesMax / 4)));
  const free = Math.max(16, Math.floor((filesMax - kept) / threads));
  return {
    connectionsMax: Math.min(defaultBounds.connectionsMax, free),
    connectionsPerAddressMax: Math.min(defaultBounds.connectionsPerAddressMax, free),
    // Each client may want one, and most of what is kept is for the spool, the database and Node itself.
    upstreamConnectionsMax: Math.max(4, Math.floor(kept / 6 / threads)),
  };
}

/** One processor is left to the database and whatever else runs on the machine. */
function threadsDefault(): number {
  return canSharePort ? Math.min(threadsMax, Math.max(1, availableParallelism() - 1)) : 1;
}
