import { page, routeUsage, keyUsage } from '@apigate/contract';
import { onOnePage } from '../on-one-page.ts';
import { viaProcedure, type OperationGroup } from '../operation.ts';

export const analytics: OperationGroup = {
  name: 'Analytics',
  description:
    'What usage adds up to, of one user or of all. Everything comes from rollups; days and months are those of UTC.',
  operations: [
    viaProcedure('GET /admin/analytics/overview', 'analytics.overview', {
      summary: 'Get a month or a range at a glance',
      description:
        'Beside as much of the month before as has passed of this one, to the hour, and with a forecast by the last seven days. With `from` or `to`, a range of whole hours beside as long a one before it, without a forecast.',
      example: { query: { month: '2026-11' } },
    }),
    viaProcedure('GET /admin/analytics/timeseries', 'analytics.timeseries', {
      summary: 'Get requests over time',
      description:
        'By `hour` (up to 7 days) or `day` (up to 400). With `group_by` also of each of the `top` groups with most requests, and of all the others together; keys and users of all are looked for among the 100 with most requests of each month. Percentiles of latency are of requests that were not refused.',
      example: { query: { bucket: 'day', group_by: 'plan' } },
    }),
    viaProcedure(
      'GET /admin/analytics/routes',
      'analytics.routes',
      { summary: 'Rank routes', description: 'Over whole days, those with most requests first.' },
      { output: page(routeUsage), answer: onOnePage },
    ),
    viaProcedure(
      'GET /admin/analytics/keys',
      'analytics.keys',
      { summary: 'Rank keys', description: 'Of a month, those with most requests first.' },
      { output: page(keyUsage), answer: onOnePage },
    ),
    viaProcedure('GET /admin/analytics/users', 'analytics.users', {
      summary: 'Rank users',
      description:
        '`filter` is an expression such as `quota_percent > 80 and plan = "free"`: the fields requests, errors, error_percent, quota_percent, bytes, keys, plan, status and last_active_days, the comparisons = != < <= > >=, and, or, not and parentheses.',
      example: { query: { sort: 'requests', limit: 10, filter: 'quota_percent > 80' } },
    }),
  ],
};
