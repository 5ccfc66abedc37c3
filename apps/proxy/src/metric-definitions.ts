import { refusalCode } from '@apigate/contract';
import {
  gatewayMetricDefinitions,
  processMetricDefinitions,
  type MetricDefinition,
} from '@apigate/operations';

/** Routes that are told apart; the others are one. */
export const routeSlots = 256;

/** What became of a request, by its status. */
export const outcomes = ['1xx', '2xx', '3xx', '4xx', '5xx', 'aborted'] as const;

export const durationBuckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const;

const slots = Array.from({ length: routeSlots }, (_, slot) => String(slot));

/** Everything that the proxy tells at `/_apigate/metrics`. */
export function proxyMetricDefinitions(version: string) {
  return {
    apigate_proxy_requests_total: {
      help: 'Requests by route and status; aborted when the client left before it was answered.',
      type: 'counter',
      labels: [
        { name: 'route', values: slots },
        { name: 'status', values: outcomes },
      ],
    },
    apigate_proxy_request_duration_seconds: {
      help: 'From the head of a request to the end of its answer.',
      type: 'histogram',
      labels: [{ name: 'route', values: slots }],
      buckets: durationBuckets,
    },
    apigate_proxy_upstream_duration_seconds: {
      help: 'From sending a request on to the head of the answer.',
      type: 'histogram',
      buckets: durationBuckets,
    },
    apigate_proxy_refusals_total: {
      help: 'Requests that the proxy answered itself, by the code it gave.',
      type: 'counter',
      labels: [{ name: 'code', values: refusalCode.options }],
    },
    apigate_proxy_received_bytes_total: {
      help: 'Bytes of request bodies that were sent on.',
      type: 'counter',
    },
    apigate_proxy_sent_bytes_total: {
      help: 'Bytes of answers that were passed on.',
      type: 'counter',
    },
    apigate_proxy_threads: { help: 'Threads that serve requests.', type: 'gauge' },
    apigate_proxy_ready: {
      help: 'Threads that are ready, as /_apigate/readyz says.',
      type: 'gauge',
    },
    apigate_proxy_counters: {
      help: 'Threads by where their limits are counted: here alone, with other proxies, or here while those are away.',
      type: 'gauge',
      labels: [{ name: 'state', values: ['own', 'shared', 'unreachable'] }],
    },
    apigate_proxy_database_connections: {
      help: 'Connections to the database, and callers that wait for one.',
      type: 'gauge',
      labels: [{ name: 'state', values: ['busy', 'idle', 'waiting'] }],
    },
    ...gatewayMetricDefinitions,
    ...processMetricDefinitions(version),
  } as const satisfies Record<string, MetricDefinition>;
}

export type ProxyMetric = keyof ReturnType<typeof proxyMetricDefinitions>;
