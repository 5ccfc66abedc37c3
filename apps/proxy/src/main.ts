import { ConfigError } from '@apigate/config';
import { readConfig } from './config.ts';
import { createLogger } from './logger.ts';
import { Supervisor } from './supervisor.ts';

const stuckMs = 5_000;
/** What a thread needs beside its own bounds. */
const closeReserveMs = 5_000;

/** Resolves when the process is asked to leave: by a signal, or because the parent that forked it is gone. */
function askedToLeave(): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
    process.once('disconnect', () => resolve('disconnect'));
  });
}

async function run(): Promise<void> {
  const { threads, host, port, bounds, logLevel } = readConfig();
  const logger = createLogger(logLevel);
  const { drainAcceptMs, drainTimeoutMs, flushTimeoutMs } = bounds;
  const supervisor = new Supervisor({
    entry: new URL('./proxy-thread.ts', import.meta.url),
    threads,
    port,
    logger,
    stuckMs,
    closeTimeoutMs: drainAcceptMs + drainTimeoutMs + flushTimeoutMs + closeReserveMs,
  });
  let hasEnded = false;
  void askedToLeave().then((reason) => {
    if (hasEnded) return;
    logger.info({ reason }, 'proxy_closing');
    // Whoever sends SIGTERM may have another one on the same port; who is at a terminal has not.
    supervisor.close(reason === 'SIGTERM');
  });
  void supervisor.ready.then((ready) => {
    logger.info({ port: ready, threads }, 'proxy_ready');
    process.send?.({ type: 'ready', port: ready });
  });
  supervisor.start();
  const end = await supervisor.ended;
  hasEnded = true;
  if (end === 'port_taken') {
    process.stderr.write(
      `Port ${port} on ${host} is in use. Set APIGATE_PROXY_PORT to another one.\n`,
    );
  }
  if (end !== 'closed') process.exitCode = 1;
  if (process.connected) process.disconnect();
}

try {
  await run();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
