import type { UsageOutcome } from '@apigate/contract';

/** What requests are filtered by: what became of them. */
export const outcomeOptions: readonly { value: UsageOutcome; label: string }[] = [
  { value: 'refused', label: 'Refused by a rule' },
  { value: '2xx', label: '2xx, answered' },
  { value: '3xx', label: '3xx, redirected' },
  { value: '4xx', label: '4xx, client error' },
  { value: '5xx', label: '5xx, server error' },
];
