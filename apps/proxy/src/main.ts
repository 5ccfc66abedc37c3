import { ConfigError } from '@apigate/config';
import { Pool } from 'pg';
import { createProxy } from './app.ts';
import { readConfig } from './config.ts';
import { createLogger } from './logger.ts';

const connectionsMax = 10;
const connectTimeoutMs = 2_000;
const queryTimeoutMs = 30_000;

/** Resolves when the process is asked to leave: by a signal, or because the parent that forked it is gone. */
function askedToLeave(): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
    process.once('disconnect', () => resolve('disconnect'));
  });
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

async function run(): Promise<void> {
  const config = readConfig();
  const logger = createLogger(config.logLevel);
  const pool = new Pool({
    connectionString: config.databaseUrl,
    application_name: 'apigate-proxy',
    max: connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
  });
  const leave = askedToLeave();
  const proxy = createProxy({ config, pool, logger });
  try {
    const port = await proxy.listen();
    void proxy.ready().then(() => {
      logger.info({ port }, 'proxy_ready');
      process.send?.({ type: 'ready', port });
    });
    logger.info({ reason: await leave }, 'proxy_closing');
  } catch (error) {
    if (!isPortTaken(error)) throw error;
    const { host, port } = config;
    process.stderr.write(
      `Port ${port} on ${host} is in use. Set APIGATE_PROXY_PORT to another one.\n`,
    );
    process.exitCode = 1;
  } finally {
    await proxy.close();
    await pool.end();
    if (process.connected) process.disconnect();
  }
}

try {
  await run();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
