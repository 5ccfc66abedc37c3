import {
  gatewayMetricDefinitions,
  processMetricDefinitions,
  type MetricDefinition,
} from '@apigate/operations';

/** The parts of the control plane that requests are told apart by. */
export const surfaces = [
  'trpc',
  'graphql',
  'auth',
  'forward_auth',
  'v1',
  'operations',
  'pages',
] as const;
export type Surface = (typeof surfaces)[number];

/** What became of a request, by its status. */
export const outcomes = ['1xx', '2xx', '3xx', '4xx', '5xx', 'aborted'] as const;

export const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Everything that the control plane tells at `/metrics`. */
export function apiMetricDefinitions(version: string) {
  return {
    apigate_api_requests_total: {
      help: 'Requests by surface and status; aborted when the client left before it was answered.',
      type: 'counter',
      labels: [
        { name: 'surface', values: surfaces },
        { name: 'status', values: outcomes },
      ],
    },
    apigate_api_request_duration_seconds: {
      help: 'From the head of a request to the end of its answer.',
      type: 'histogram',
      labels: [{ name: 'surface', values: surfaces }],
      buckets: durationBuckets,
    },
    apigate_api_database_up: {
      help: 'Whether the database answered when this was asked.',
      type: 'gauge',
    },
    apigate_api_password_checks: {
      help: 'Passwords that are being hashed, and those that wait for it.',
      type: 'gauge',
      labels: [{ name: 'state', values: ['running', 'waiting'] }],
    },
    apigate_mails_queued: { help: 'Mails that wait to be sent.', type: 'gauge' },
    apigate_mails_overdue_seconds: {
      help: 'For how long the oldest of them has been due.',
      type: 'gauge',
    },
    ...gatewayMetricDefinitions,
    ...processMetricDefinitions(version),
  } as const satisfies Record<string, MetricDefinition>;
}

export type ApiMetric = keyof ReturnType<typeof apiMetricDefinitions>;
