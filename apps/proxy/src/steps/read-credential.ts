import { isWellFormedApiKey, Refusal } from '@apigate/domain/gateway';
import type { RequestHead } from '../request-head.ts';

/** The credential of a request. */
export interface Credential {
  /** A well-formed key; null when the request comes without one. */
  secret: string | null;
  /** Whether the Authorization header was for us, so that the upstream must not see it. */
  isAuthorizationOurs: boolean;
}

const schemeForm = /^(bearer|basic)(?: +(.*))?$/i;

/**
 * Finds the key in `X-API-Key` or `Authorization: Bearer`, never in the query. What cannot be a key is refused here,
 * without any look-up. On a route that needs no key, a bearer token that is none of ours belongs to the upstream.
 */
export function readCredential(
  { apiKey, authorization, hasRivalCredentials }: RequestHead,
  authRequired: boolean,
): Credential | Refusal {
  if (hasRivalCredentials) return rivals();
  const [, scheme, token = ''] = (authorization && schemeForm.exec(authorization)) || [];
  const bearer = scheme?.toLowerCase() === 'bearer' ? token : null;
  const isAuthorizationOurs =
    scheme !== undefined && (authRequired || (bearer !== null && isWellFormedApiKey(bearer)));
  const given = apiKey || (isAuthorizationOurs ? token : '');
  if (given === '') {
    return authRequired ? new Refusal('missing_api_key') : { secret: null, isAuthorizationOurs };
  }
  if (apiKey && isAuthorizationOurs && bearer !== apiKey) return rivals();
  if ((!apiKey && bearer === null) || !isWellFormedApiKey(given)) {
    return new Refusal('invalid_api_key');
  }
  return { secret: given, isAuthorizationOurs };
}

function rivals(): Refusal {
  const detail = 'The request carries two different credentials. Send one.';
  return new Refusal('invalid_api_key', { detail });
}
