import type { Caller } from '@apigate/sdk';

/** How a caller is called: `jane@example.com (admin)`. */
export function callerName(caller: Caller): string {
  return caller.kind === 'user'
    ? `${caller.user.email} (${caller.user.role})`
    : `the service key ${caller.name} (${caller.scopes.join(', ')})`;
}
