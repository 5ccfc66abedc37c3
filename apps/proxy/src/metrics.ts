import type { RefusalCode } from '@apigate/contract';
import type { UsageRecord } from '@apigate/domain/gateway';
import {
  Gauges,
  metricMemory,
  MetricSet,
  noneSlot,
  otherSlot,
  readVersion,
  renderMetrics,
  setGatewayMetrics,
  SlotTable,
  type GatewayHealth,
} from '@apigate/operations';
import {
  durationBuckets,
  outcomes,
  proxyMetricDefinitions,
  routeSlots,
  type ProxyMetric,
} from './metric-definitions.ts';

/** What nginx writes for a client that left before it was answered. */
const clientGone = 499;
const aborted = outcomes.length - 1;
const version = readVersion(new URL('../package.json', import.meta.url));
const definitions = proxyMetricDefinitions(version);

/** Memory in which all threads of a proxy keep their metrics. */
export interface ProxyMetricsMemory {
  cells: SharedArrayBuffer;
  routes: SharedArrayBuffer;
}

/** What is looked at rather than counted. */
export interface ProxyHealth extends GatewayHealth {
  isReady: boolean;
  counters: 'own' | 'shared' | 'unreachable';
  database: { totalCount: number; idleCount: number; waitingCount: number };
}

/** A thread's part of that memory. */
export interface ProxyMetricsRow {
  memory: ProxyMetricsMemory;
  /** From 0; whoever takes over from a thread that died counts on in its row. */
  row: number;
}

/** Makes the memory for so many threads. */
export function proxyMetricsMemory(threads: number): ProxyMetricsMemory {
  return {
    cells: metricMemory(definitions, threads),
    routes: new SharedArrayBuffer(routeSlots * BigInt64Array.BYTES_PER_ELEMENT),
  };
}

/** Counts what one thread of the proxy does, and tells what all threads have done. */
export class ProxyMetrics implements Disposable {
  readonly #set: MetricSet<ProxyMetric>;
  readonly #slots: SlotTable;
  readonly #gauges: Gauges<ProxyMetric>;
  readonly #requests: number;
  readonly #durations: number;
  readonly #durationStep: number;
  readonly #upstreamDurations: number;
  readonly #refusals: ReadonlyMap<RefusalCode, number>;
  readonly #received: number;
  readonly #sent: number;

  /**
   * @param look tells how this thread is now.
   * @param row its part of the memory of all threads; without it there is one.
   */
  constructor(
    look: () => ProxyHealth,
    { memory, row }: ProxyMetricsRow = { memory: proxyMetricsMemory(1), row: 0 },
  ) {
    const set = new MetricSet<ProxyMetric>(definitions, memory.cells, row);
    this.#set = set;
    this.#slots = new SlotTable(memory.routes);
    this.#requests = set.cellOf('apigate_proxy_requests_total', '0', outcomes[0]);
    this.#durations = set.cellOf('apigate_proxy_request_duration_seconds', '0');
    this.#durationStep = set.stepOf('apigate_proxy_request_duration_seconds');
    this.#upstreamDurations = set.cellOf('apigate_proxy_upstream_duration_seconds');
    const [{ values: codes }] = definitions.apigate_proxy_refusals_total.labels;
    this.#refusals = new Map(
      codes.map((code) => [code, set.cellOf('apigate_proxy_refusals_total', code)]),
    );
    this.#received = set.cellOf('apigate_proxy_received_bytes_total');
    this.#sent = set.cellOf('apigate_proxy_sent_bytes_total');
    set.set('apigate_proxy_threads', 1);
    this.#gauges = new Gauges<ProxyMetric>(set, version, () => this.#note(look()));
  }

  /** Counts a request that is over. */
  count(usage: UsageRecord): void {
    const { routeId, status, refusalCode, latencyUs, upstreamLatencyUs } = usage;
    const slot = this.#slots.slotOf(routeId);
    this.#add(this.#requests + slot * outcomes.length + outcomeAt(status), 1);
    const durations = this.#durations + slot * this.#durationStep;
    this.#set.observe(durations, durationBuckets, latencyUs / 1e6);
    if (upstreamLatencyUs !== null) {
      this.#set.observe(this.#upstreamDurations, durationBuckets, upstreamLatencyUs / 1e6);
    }
    const refusal = refusalCode === null ? undefined : this.#refusals.get(refusalCode);
    if (refusal !== undefined) this.#add(refusal, 1);
    this.#add(this.#received, usage.bytesIn);
    this.#add(this.#sent, usage.bytesOut);
  }

  /** All threads, in the Prometheus text format. @param routeNames by id; routes that are gone are called `deleted-` and a number. */
  text(routeNames: ReadonlyMap<string, string>): string {
    this.#gauges.refresh();
    const holders = this.#slots.holders(routeNames.keys());
    return renderMetrics(this.#set, (label, value) => {
      if (label !== 'route') return value;
      const slot = Number(value);
      if (slot === noneSlot) return 'none';
      if (slot === otherSlot) return 'other';
      if (!this.#slots.isTaken(slot)) return null;
      return routeNames.get(holders.get(slot) ?? '') ?? `deleted-${slot}`;
    });
  }

  #note(health: ProxyHealth): void {
    const set = this.#set;
    const { totalCount, idleCount, waitingCount } = health.database;
    setGatewayMetrics(set, health);
    set.set('apigate_proxy_ready', health.isReady ? 1 : 0);
    for (const state of ['own', 'shared', 'unreachable'] as const) {
      set.set('apigate_proxy_counters', state === health.counters ? 1 : 0, state);
    }
    const name = 'apigate_proxy_database_connections';
    set.set(name, totalCount - idleCount, 'busy');
    set.set(name, idleCount, 'idle');
    set.set(name, waitingCount, 'waiting');
  }

  #add(cell: number, amount: number): void {
    const { cells } = this.#set;
    cells[cell] = (cells[cell] ?? 0) + amount;
  }

  [Symbol.dispose](): void {
    this.#gauges[Symbol.dispose]();
  }
}

function outcomeAt(status: number): number {
  if (status === clientGone || status < 100 || status > 599) return aborted;
  return Math.floor(status / 100) - 1;
}
