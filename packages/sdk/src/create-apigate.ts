import { alertsApi } from './alerts.ts';
import { analyticsApi } from './analytics.ts';
import { auditApi } from './audit.ts';
import { authApi } from './auth.ts';
import { invitesApi } from './invites.ts';
import { keysApi } from './keys.ts';
import { mailsApi } from './mails.ts';
import type { Connection } from './patient-fetch.ts';
import { plansApi } from './plans.ts';
import { referenceApi } from './reference.ts';
import { routesApi } from './routes.ts';
import { searchApi } from './search.ts';
import { securityApi } from './security.ts';
import { serviceKeysApi } from './service-keys.ts';
import { sessionsApi } from './sessions.ts';
import { settingsApi } from './settings.ts';
import { setupApi } from './setup.ts';
import { createTransport, type Token } from './transport.ts';
import { upstreamsApi } from './upstreams.ts';
import { usageApi } from './usage.ts';
import { usersApi } from './users.ts';
import { viewsApi } from './views.ts';

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
  /** Ends the calls of this client, those under way too, with the code `aborted`. */
  signal?: AbortSignal | undefined;
}

/** The nouns of the control plane. */
export interface Apigate {
  /** The same client with other options: `apigate.with({ signal, timeoutMs: 1_000 }).users.list()`. */
  with: (changes: Partial<ApigateOptions>) => Apigate;
  auth: ReturnType<typeof authApi>;
  security: ReturnType<typeof securityApi>;
  sessions: ReturnType<typeof sessionsApi>;
  setup: ReturnType<typeof setupApi>;
  users: ReturnType<typeof usersApi>;
  invites: ReturnType<typeof invitesApi>;
  plans: ReturnType<typeof plansApi>;
  keys: ReturnType<typeof keysApi>;
  serviceKeys: ReturnType<typeof serviceKeysApi>;
  upstreams: ReturnType<typeof upstreamsApi>;
  routes: ReturnType<typeof routesApi>;
  reference: ReturnType<typeof referenceApi>;
  usage: ReturnType<typeof usageApi>;
  alerts: ReturnType<typeof alertsApi>;
  analytics: ReturnType<typeof analyticsApi>;
  settings: ReturnType<typeof settingsApi>;
  audit: ReturnType<typeof auditApi>;
  mails: ReturnType<typeof mailsApi>;
  views: ReturnType<typeof viewsApi>;
  search: ReturnType<typeof searchApi>;
}

/** Makes a client for the control plane of apigate. */
export function createApigate(options: ApigateOptions): Apigate {
  const connection = {
    url: options.url.replace(/\/+$/, ''),
    // Looked up at each call, so that a test or a polyfill may replace it.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    timeoutMs: options.timeoutMs ?? 30_000,
    retries: options.retries ?? 2,
    signal: options.signal,
  } satisfies Connection;
  const transport = createTransport(connection, options.token);
  return {
    with: (changes) => createApigate({ ...options, ...changes }),
    auth: authApi(transport),
    security: securityApi(transport),
    sessions: sessionsApi(transport),
    setup: setupApi(transport),
    users: usersApi(transport),
    invites: invitesApi(transport),
    plans: plansApi(transport),
    keys: keysApi(transport),
    serviceKeys: serviceKeysApi(transport),
    upstreams: upstreamsApi(transport),
    routes: routesApi(transport),
    reference: referenceApi(transport),
    usage: usageApi(transport),
    alerts: alertsApi(transport),
    analytics: analyticsApi(transport),
    settings: settingsApi(transport),
    audit: auditApi(transport),
    mails: mailsApi(transport),
    views: viewsApi(transport),
    search: searchApi(transport),
  };
}
