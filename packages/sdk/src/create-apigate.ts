import { authApi } from './auth.ts';
import { keysApi } from './keys.ts';
import type { Connection } from './patient-fetch.ts';
import { plansApi } from './plans.ts';
import { routesApi } from './routes.ts';
import { createTransport, type Token } from './transport.ts';
import { upstreamsApi } from './upstreams.ts';
import { usageApi } from './usage.ts';
import { usersApi } from './users.ts';

export interface ApigateOptions {
  /** Address of the control plane, such as `https://apigate.example.com`. */
  url: string;
  /** A service key (`sk_…`) or an access token, or a function that returns one before each call. */
  token?: Token | undefined;
  /** Another implementation of `fetch`. */
  fetch?: typeof fetch | undefined;
  /** Longest wait for one answer in milliseconds; 30,000 unless told. */
  timeoutMs?: number | undefined;
  /** How often a read is tried again after a passing trouble; 2 unless told. Writes are sent once. */
  retries?: number | undefined;
}

/** The nouns of the control plane. */
export interface Apigate {
  auth: ReturnType<typeof authApi>;
  users: ReturnType<typeof usersApi>;
  plans: ReturnType<typeof plansApi>;
  keys: ReturnType<typeof keysApi>;
  upstreams: ReturnType<typeof upstreamsApi>;
  routes: ReturnType<typeof routesApi>;
  usage: ReturnType<typeof usageApi>;
}

/** Makes a client for the control plane of apigate. */
export function createApigate(options: ApigateOptions): Apigate {
  const connection = {
    url: options.url.replace(/\/+$/, ''),
    // Looked up at each call, so that a test or a polyfill may replace it.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    timeoutMs: options.timeoutMs ?? 30_000,
    retries: options.retries ?? 2,
  } satisfies Connection;
  const transport = createTransport(connection, options.token);
  return {
    auth: authApi(transport),
    users: usersApi(transport),
    plans: plansApi(transport),
    keys: keysApi(transport),
    upstreams: upstreamsApi(transport),
    routes: routesApi(transport),
    usage: usageApi(transport),
  };
}
