/**
 * The program of a thread that reads the environment for the supervisor and ends: what that takes, the supervisor would
 * hold for as long as the process runs.
 */
import { ConfigError } from '@apigate/config';
import { parentPort } from 'node:worker_threads';
import { readConfig } from './config.ts';
import { proxyMetricsMemory, type ProxyMetricsMemory } from './metrics.ts';

/** What the supervisor starts with, or a sentence for each thing that is wrong with the environment. */
export type Beginning =
  | {
      threads: number;
      host: string;
      port: number;
      logLevel: string;
      /** For what a thread may wait for while it closes. */
      closeTimeoutMs: number;
      metrics: ProxyMetricsMemory;
    }
  | { problems: string };

function begin(): Beginning {
  try {
    const { threads, host, port, logLevel, bounds } = readConfig();
    const { drainAcceptMs, drainTimeoutMs, flushTimeoutMs } = bounds;
    const closeTimeoutMs = drainAcceptMs + drainTimeoutMs + flushTimeoutMs;
    const metrics = proxyMetricsMemory(threads);
    return { threads, host, port, logLevel, closeTimeoutMs, metrics };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problems: error.message };
  }
}

parentPort?.postMessage(begin());
