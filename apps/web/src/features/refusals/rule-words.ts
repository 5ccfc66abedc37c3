import type { DecisionStep } from '@apigate/contract';

/** Each rule in words. */
export const ruleText = {
  route: 'Route',
  credential: 'Credential',
  key: 'Key',
  user: 'Account',
  ip: 'Address',
  scopes: 'Scopes',
  rate_limit: 'Rate limit',
  quota: 'Quota',
  forward: 'Forwarding',
} as const satisfies Record<DecisionStep['rule'], string>;
