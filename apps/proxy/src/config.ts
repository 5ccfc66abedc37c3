import { environment, parseEnvironment } from '@apigate/config';

const variables = environment.pick({
  DATABASE_URL: true,
  APIGATE_HOST: true,
  APIGATE_PROXY_PORT: true,
  APIGATE_KEY_PEPPER: true,
  APIGATE_ENCRYPTION_KEY: true,
  APIGATE_TRUSTED_PROXIES: true,
  APIGATE_LOG_LEVEL: true,
});

/** How long the proxy waits and how much it holds. Times in milliseconds. */
export interface ProxyBounds {
  /** For the whole head of a request. */
  requestHeadTimeoutMs: number;
  /** For the next bytes of a body from the client, or for room to send it more of an answer. */
  clientIdleTimeoutMs: number;
  /** For the next request on an open connection. */
  keepAliveTimeoutMs: number;
  /** For the database to tell of a key that was not used here before. */
  keyLookupTimeoutMs: number;
  /** Look-ups of keys that may wait at once; more are refused. */
  keyLookupsMax: number;
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
  /** Usage records that may wait for the database; with more, requests are refused rather than lost to metering. */
  usageRecordsMax: number;
  /** Requests that may wait for a free connection to one upstream. */
  upstreamQueueMax: number;
  /** For requests in progress at shutdown. */
  drainTimeoutMs: number;
  /** For the last shipment of usage at shutdown. */
  flushTimeoutMs: number;
}

export const defaultBounds: ProxyBounds = {
  requestHeadTimeoutMs: 10_000,
  clientIdleTimeoutMs: 60_000,
  keepAliveTimeoutMs: 72_000,
  keyLookupTimeoutMs: 2_000,
  keyLookupsMax: 1_000,
  keysMax: 100_000,
  unknownKeyTtlMs: 5_000,
  databaseSilenceMaxMs: 15 * 60_000,
  changePollMs: 2_000,
  usageShipMs: 200,
  usageRecordsMax: 500_000,
  upstreamQueueMax: 1_024,
  drainTimeoutMs: 30_000,
  flushTimeoutMs: 10_000,
};

export interface ProxyConfig {
  databaseUrl: string;
  host: string;
  port: number;
  keyPepper: Buffer;
  encryptionKey: Buffer;
  trustedProxies: readonly string[];
  bounds: ProxyBounds;
}

/**
 * Reads the environment.
 *
 * @throws ConfigError with every problem in it.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): ProxyConfig & {
  logLevel: string;
} {
  const values = parseEnvironment(variables, env);
  return {
    databaseUrl: values.DATABASE_URL,
    host: values.APIGATE_HOST,
    port: values.APIGATE_PROXY_PORT,
    keyPepper: Buffer.from(values.APIGATE_KEY_PEPPER.reveal(), 'utf8'),
    encryptionKey: Buffer.from(values.APIGATE_ENCRYPTION_KEY.reveal(), 'utf8'),
    trustedProxies: values.APIGATE_TRUSTED_PROXIES,
    logLevel: values.APIGATE_LOG_LEVEL,
    bounds: defaultBounds,
  };
}
