import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import process from 'node:process';
import type { MetricDefinition, MetricSet } from './metric-set.ts';

const delayKeptSeconds = 15;

/** What every program of ours tells of itself. */
export function processMetricDefinitions(version: string) {
  const build = [
    { name: 'version', values: [version] },
    { name: 'node', values: [process.version] },
  ];
  return {
    apigate_build_info: {
      help: 'Always 1; the labels say what runs.',
      type: 'gauge',
      labels: build,
      over: 'max',
    },
    process_start_time_seconds: {
      help: 'When the process started, in seconds since 1970.',
      type: 'gauge',
      over: 'max',
    },
    process_cpu_seconds_total: {
      help: 'Processor time that the process has used.',
      type: 'counter',
      over: 'max',
    },
    process_resident_memory_bytes: {
      help: 'Memory of the process.',
      type: 'gauge',
      over: 'max',
    },
    nodejs_heap_used_bytes: {
      help: 'Memory in use by JavaScript objects.',
      type: 'gauge',
    },
    nodejs_eventloop_busy_seconds_total: {
      help: 'Time in which the event loop was not waiting; one thread is saturated at 1 a second.',
      type: 'counter',
    },
    nodejs_eventloop_delay_max_seconds: {
      help: `By how much a timer was late at most in the last ${delayKeptSeconds} seconds.`,
      type: 'gauge',
      over: 'max',
    },
  } as const satisfies Record<string, MetricDefinition>;
}

type ProcessMetric = keyof ReturnType<typeof processMetricDefinitions>;

/**
 * Keeps what a process tells of itself, and whatever else is to be looked at rather than counted, up to date in this
 * thread's row, so that a thread that is asked can tell of the others.
 */
export class Gauges<Name extends string> implements Disposable {
  readonly #set: MetricSet<Name | ProcessMetric>;
  readonly #look: () => void;
  readonly #delay = monitorEventLoopDelay({ resolution: 20 });
  readonly #delays: number[] = [];
  readonly #timer: NodeJS.Timeout;

  /** @param look sets what this program has besides. */
  constructor(set: MetricSet<Name | ProcessMetric>, version: string, look: () => void) {
    this.#set = set;
    this.#look = look;
    set.set('apigate_build_info', 1, version, process.version);
    set.set('process_start_time_seconds', performance.timeOrigin / 1000);
    this.#delay.enable();
    this.#timer = setInterval(() => this.refresh(), 1000).unref();
    this.refresh();
  }

  /** Looks now. */
  refresh(): void {
    const { user, system } = process.cpuUsage();
    this.#set.set('process_cpu_seconds_total', (user + system) / 1e6);
    this.#setMemory();
    const { active } = performance.eventLoopUtilization();
    this.#set.raise('nodejs_eventloop_busy_seconds_total', active / 1000);
    this.#set.set('nodejs_eventloop_delay_max_seconds', this.#delayMaxSeconds());
    this.#look();
  }

  /** Leaves it as it was while it cannot be read: that takes a file, and a process may have all open that it may. */
  #setMemory(): void {
    try {
      const { rss, heapUsed } = process.memoryUsage();
      this.#set.set('process_resident_memory_bytes', rss);
      this.#set.set('nodejs_heap_used_bytes', heapUsed);
    } catch (error) {
      if (!(error instanceof Error) || !('syscall' in error)) throw error;
    }
  }

  #delayMaxSeconds(): number {
    this.#delays.push(this.#delay.max / 1e9);
    this.#delay.reset();
    if (this.#delays.length > delayKeptSeconds) this.#delays.shift();
    return Math.max(...this.#delays);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }
}
