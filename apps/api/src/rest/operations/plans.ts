import { viaProcedure, type OperationGroup } from '../operation.ts';

const params = { id: 'plan' };

export const plans: OperationGroup = {
  name: 'Plans',
  description:
    'What users pay and how much they may call. `{id}` is an id, a slug or a name. A limit of null, -1 or "unlimited" is no limit.',
  operations: [
    viaProcedure('GET /admin/plans', 'plans.list', {
      summary: 'List plans',
      description: 'Newest first.',
      example: { query: { enabled: true } },
    }),
    viaProcedure('POST /admin/plans', 'plans.create', {
      summary: 'Create a plan',
      description: 'The slug is made from the name, unless given.',
      status: 201,
      example: {
        body: { name: 'Business', price_monthly_cents: 9900, requests_per_month: 500_000 },
      },
    }),
    viaProcedure('GET /admin/plans/{id}', 'plans.get', {
      summary: 'Get a plan',
      params,
      example: { path: { id: 'pro' } },
    }),
    viaProcedure('PUT /admin/plans/{id}', 'plans.update', {
      summary: 'Change a plan',
      description: 'Changes the fields that are given. In force on every proxy within a second.',
      params,
      example: { path: { id: 'pro' }, body: { rate_limit_per_minute: 600 } },
    }),
    viaProcedure('POST /admin/plans/{id}/effect', 'plans.effect', {
      summary: 'Tell what other limits would do',
      description:
        'Changes nothing. Of the users on the plan: who has used up the quota this month, and what of the last 30 days would have gone past it, in units that were let through, month by month. Of the rate limit it counts what an hour brought beyond 60 times the limit and the burst: at least that much would have been refused, bursts within an hour not counted.',
      params,
      example: { path: { id: 'pro' }, body: { rate_limit_per_minute: 300 } },
    }),
    viaProcedure('DELETE /admin/plans/{id}', 'plans.delete', {
      summary: 'Delete a plan',
      description: 'Refused while users are on it, and for the default plan.',
      params,
      status: 204,
      example: { path: { id: 'unused' } },
    }),
    viaProcedure('GET /v1/plans', 'plans.list', {
      id: 'plansOffered',
      summary: 'List the plans that are offered',
      description: 'The same as `GET /admin/plans`, for customers: those they could be on.',
    }),
    viaProcedure('PUT /v1/plan', 'plans.choose', {
      summary: 'Choose your own plan',
      description:
        'For a signed-in user, between plans without price. In force on every proxy within a second; keys stay, and what was used in the month counts on.',
      example: { body: { plan: 'pro' } },
    }),
  ],
};
