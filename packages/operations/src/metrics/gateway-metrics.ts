import type { MetricDefinition, MetricSet } from './metric-set.ts';

/** What every program tells that decides on keys: what it knows, and how its metering is doing. */
export const gatewayMetricDefinitions = {
  apigate_keys_known: { help: 'Keys held in memory.', type: 'gauge' },
  apigate_key_lookups_pending: {
    help: 'Look-ups of keys that wait for the database.',
    type: 'gauge',
  },
  apigate_snapshot_age_seconds: {
    help: 'Since the database last said that nothing has changed; -1 before the first time.',
    type: 'gauge',
    over: 'max',
  },
  apigate_usage_backlog_records: {
    help: 'Usage records that the database does not have yet.',
    type: 'gauge',
  },
  apigate_usage_oldest_seconds: {
    help: 'For how long the oldest of them has waited.',
    type: 'gauge',
    over: 'max',
  },
  apigate_usage_spool_bytes: { help: 'Size of the spool on disk.', type: 'gauge' },
  apigate_usage_spool_max_bytes: { help: 'At which the spool is full.', type: 'gauge' },
  apigate_usage_open_requests: {
    help: 'Requests that were let through and are not over.',
    type: 'gauge',
  },
  apigate_usage_shipped_total: {
    help: 'Usage records that reached the database.',
    type: 'counter',
  },
  apigate_usage_recovered_total: {
    help: 'Usage records of a process that was killed.',
    type: 'counter',
  },
  apigate_usage_quarantined_total: {
    help: 'Usage records that the database will never take.',
    type: 'counter',
  },
  apigate_usage_damaged_bytes_total: {
    help: 'Bytes of the spool that could not be read.',
    type: 'counter',
  },
  apigate_usage_unmetered_total: {
    help: 'Requests that were answered and never recorded.',
    type: 'counter',
  },
  apigate_usage_disk_failures_total: {
    help: 'Writes that the disk did not take.',
    type: 'counter',
  },
} as const satisfies Record<string, MetricDefinition>;

type GatewayMetric = keyof typeof gatewayMetricDefinitions;

/** Where those numbers come from. Times in milliseconds. */
export interface GatewayHealth {
  keysKnown: number;
  lookupsPending: number;
  /** By `performance.now()`; 0 before the first time. */
  confirmedAtMs: number;
  usage: {
    backlog: number;
    oldestMs: number;
    spoolBytes: number;
    spoolBytesMax: number;
    open: number;
    shipped: number;
    recovered: number;
    refused: number;
    damagedBytes: number;
    unmetered: number;
    diskFailures: number;
  };
}

/** Notes them as they are now. */
export function setGatewayMetrics(
  set: MetricSet<GatewayMetric>,
  { keysKnown, lookupsPending, confirmedAtMs, usage }: GatewayHealth,
): void {
  const ageSeconds = confirmedAtMs === 0 ? -1 : (performance.now() - confirmedAtMs) / 1000;
  set.set('apigate_keys_known', keysKnown);
  set.set('apigate_key_lookups_pending', lookupsPending);
  set.set('apigate_snapshot_age_seconds', ageSeconds);
  set.set('apigate_usage_backlog_records', usage.backlog);
  set.set('apigate_usage_oldest_seconds', usage.oldestMs / 1000);
  set.set('apigate_usage_spool_bytes', usage.spoolBytes);
  set.set('apigate_usage_spool_max_bytes', usage.spoolBytesMax);
  set.set('apigate_usage_open_requests', usage.open);
  set.raise('apigate_usage_shipped_total', usage.shipped);
  set.raise('apigate_usage_recovered_total', usage.recovered);
  set.raise('apigate_usage_quarantined_total', usage.refused);
  set.raise('apigate_usage_damaged_bytes_total', usage.damagedBytes);
  set.raise('apigate_usage_unmetered_total', usage.unmetered);
  set.raise('apigate_usage_disk_failures_total', usage.diskFailures);
}
