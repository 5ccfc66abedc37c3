import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Beginning } from './beginning-thread.ts';
import { letV8GiveWay } from './giving-way.ts';
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
  const asked = askedToLeave();
  const beginner = new Worker(new URL('./beginning-thread.ts', import.meta.url));
  // Once it has left, its memory is free for the other threads. It may tell and leave in one turn.
  const [[beginning]] = await Promise.all([
    once(beginner, 'message') as Promise<[Beginning]>,
    once(beginner, 'exit'),
  ]);
  if ('problems' in beginning) {
    process.stderr.write(`${beginning.problems}\n`);
    process.exitCode = 1;
    return;
  }
  const { threads, host, port, logLevel, closeTimeoutMs, metrics } = beginning;
  const logger = createLogger(logLevel);
  const supervisor = new Supervisor({
    entry: new URL('./proxy-thread.ts', import.meta.url),
    threads,
    port,
    metrics,
    logger,
    stuckMs,
    closeTimeoutMs: closeTimeoutMs + closeReserveMs,
  });
  let hasEnded = false;
  void asked.then((reason) => {
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
}

letV8GiveWay();
await run();
// To listen for its end keeps us here.
if (process.connected) process.disconnect();
