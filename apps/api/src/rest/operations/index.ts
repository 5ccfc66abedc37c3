import type { Operation, OperationGroup } from '../operation.ts';
import { alerts } from './alerts.ts';
import { analytics } from './analytics.ts';
import { auth } from './auth.ts';
import { gateway } from './gateway.ts';
import { keys } from './keys.ts';
import { plans } from './plans.ts';
import { audit, mails } from './records.ts';
import { reference } from './reference.ts';
import { routes, upstreams } from './routing.ts';
import { search } from './search.ts';
import { settings } from './settings.ts';
import { invites, serviceKeys, sessions } from './staff.ts';
import { usage } from './usage.ts';
import { users } from './users.ts';
import { views } from './views.ts';

/** The REST surface, in the order of its reference. What is not in here is not served, and not described. */
export const operationGroups: readonly OperationGroup[] = [
  auth,
  users,
  plans,
  keys,
  upstreams,
  routes,
  reference,
  usage,
  alerts,
  analytics,
  gateway,
  settings,
  invites,
  serviceKeys,
  sessions,
  audit,
  mails,
  views,
  search,
];

export const operations: readonly Operation[] = operationGroups.flatMap(
  (group) => group.operations,
);
