import { type Apigate, createApigate, type Token } from '@apigate/sdk';
import { version } from './version.ts';

/** A client that says who it is: lists of sessions and the audit log show the name of the program that called. */
export function createClient(options: { url: string; token?: Token }): Apigate {
  return createApigate({
    ...options,
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set('user-agent', `apigate/${version}`);
      return fetch(input, { ...init, headers });
    },
  });
}
