/** A proxy of two threads that run the program named by the argument, with a watchdog that waits less long. */
import { readConfig } from '../config.ts';
import { createLogger } from '../logger.ts';
import { proxyMetricsMemory } from '../metrics.ts';
import { Supervisor } from '../supervisor.ts';

const { port, logLevel } = readConfig();
const supervisor = new Supervisor({
  entry: new URL(process.argv[2] ?? '', import.meta.url),
  threads: 2,
  port,
  metrics: proxyMetricsMemory(2),
  logger: createLogger(logLevel),
  stuckMs: 2_000,
  closeTimeoutMs: 30_000,
});
process.once('SIGTERM', () => supervisor.close(true));
void supervisor.ready.then((ready) => process.send?.({ type: 'ready', port: ready }));
supervisor.start();
process.exitCode = (await supervisor.ended) === 'closed' ? 0 : 1;
if (process.connected) process.disconnect();
