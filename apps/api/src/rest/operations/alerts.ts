import { viaProcedure, type OperationGroup } from '../operation.ts';

export const alerts: OperationGroup = {
  name: 'Alerts',
  description: 'At which shares of the quota its user is told, and of which they were.',
  operations: [
    viaProcedure('GET /v1/alerts', 'alerts.get', {
      summary: 'Get alerts',
      description:
        'The thresholds, and in `raised` those that were reached in this period. Without `user` they are your own.',
      example: { query: { user: 'jane@example.com' } },
    }),
    viaProcedure('PUT /v1/alerts', 'alerts.update', {
      summary: 'Change alerts',
      description:
        'Changes the fields that are given. Each threshold is told of once in a period, in the portal and, with `email`, by mail.',
      example: {
        body: { user: 'jane@example.com', quota_percents: [50, 80, 100], forecast_percents: [100] },
      },
    }),
  ],
};
