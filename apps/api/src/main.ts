import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '@apigate/config';
import { KeyGate, openOrm, PasswordHasher } from '@apigate/domain';
import { readVersion } from '@apigate/operations';
import { AccessLog } from './access-log.ts';
import { Alerter } from './alerter.ts';
import { createApp } from './app.ts';
import { readConfig, type ApiConfig } from './config.ts';
import type { ApiDeps } from './context.ts';
import { SessionCookies } from './cookies.ts';
import { Janitor } from './janitor.ts';
import { createLogger, gatewayLogger } from './logger.ts';
import { ApiMetrics } from './metrics.ts';
import { ServiceCallers } from './service-callers.ts';
import { Mailer } from './mailer.ts';

const drainMs = 30_000;
/** Well under what a person waits for; no statement of a request takes as long. */
const databaseSilenceMaxMs = 3_200;

async function start(config: ApiConfig): Promise<void> {
  const log = createLogger(config.logLevel);
  const orm = await openOrm(config.databaseUrl, databaseSilenceMaxMs);
  const passwords = new PasswordHasher({
    cost: config.bcryptCost,
    pepper: config.secrets.keyPepper,
  });
  const gate = new KeyGate({
    databaseUrl: config.databaseUrl,
    keyPepper: config.secrets.keyPepper,
    passwords,
    logger: gatewayLogger(log),
    redisUrl: config.redisUrl,
    spoolDir: path.join(config.dataDir, 'spool', 'api'),
  });
  const closing = new AbortController();
  const deps: ApiDeps = {
    orm,
    secrets: config.secrets,
    passwords,
    cookies: new SessionCookies(config.publicUrl),
    gate,
    serviceCallers: new ServiceCallers(),
    publicUrl: config.publicUrl,
    proxyUrl: config.proxyUrl,
    version: readVersion(new URL('../package.json', import.meta.url)),
    log,
    closing: closing.signal,
  };
  const accessLog = new AccessLog(deps);
  const metrics = new ApiMetrics(deps);
  const jobs = [
    gate,
    accessLog,
    new Mailer(deps, config.mail),
    new Janitor(deps),
    new Alerter(deps),
  ];
  const app = createApp(deps, {
    trustedProxies: config.trustedProxies,
    webDir: fileURLToPath(new URL('../../web/dist', import.meta.url)),
    accessLog,
    metrics,
    throttle: config.throttle,
  });
  const release = async () => {
    await Promise.all(jobs.map((job) => job[Symbol.asyncDispose]()));
    metrics[Symbol.dispose]();
    await orm.close();
    leaveParent();
  };
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, app);
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    process.stderr.write(
      `apigate api: port ${config.port} is taken. Set APIGATE_PORT to another one.\n`,
    );
    process.exitCode = 1;
    void release();
  });
  server.listen(config.port, config.host, () => {
    log.info({ event: 'listening', host: config.host, port: config.port });
    process.send?.({ type: 'ready', port: config.port });
  });

  const close = () => {
    if (closing.signal.aborted) return;
    closing.abort();
    log.info({ event: 'closing' });
    server.close(() => void release());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), drainMs).unref();
  };
  process.on('SIGTERM', close);
  process.on('SIGINT', close);
  process.on('disconnect', close);
}

/** A channel to the parent process would keep this one alive. */
function leaveParent(): void {
  if (process.connected) process.disconnect();
}

try {
  await start(readConfig());
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
