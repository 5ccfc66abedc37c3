import { isWellFormedApiKey } from '../../keys/api-key-format.ts';
import { readBasicCredential, type BasicCredential } from '../../keys/basic-credential.ts';
import { Refusal } from '../refusal.ts';

/** What a request is identified by, well formed: a key of ours, or a chosen key id with its secret. */
export type Secret = string | BasicCredential;

/** The headers in which a credential comes; null where there is none. */
export interface CredentialHead {
  apiKey: string | null;
  authorization: string | null;
  /** A credential header came twice, with different values. */
  hasRivalCredentials: boolean;
}

/** The credential of a request. */
export interface Credential {
  /** Null when the request comes without one. */
  secret: Secret | null;
  /** Whether the Authorization header was for us, so that the upstream must not see it. */
  isAuthorizationOurs: boolean;
}

const schemeForm = /^(bearer|basic)(?: +(.*))?$/i;

/** Tells of a text that it is a key that was well formed and in use before, so that it need not be looked at again. */
export type IsInUse = (text: string) => boolean;

const nothingInUse: IsInUse = () => false;

/** What a text stands for, as `X-API-Key` takes it; null for what cannot be a credential. */
export function readSecret(text: string): Secret | null {
  return isWellFormedApiKey(text) ? text : readBasicCredential(text);
}

/**
 * Finds the key in `X-API-Key`, `Authorization: Bearer` or `Authorization: Basic`, never in the query. What cannot be a
 * key is refused here, without any look-up. On a route that needs no key, a bearer token that is none of ours belongs to
 * the upstream, and so does a user name with a password.
 */
export function readCredential(
  { apiKey, authorization, hasRivalCredentials }: CredentialHead,
  authRequired: boolean,
  isInUse = nothingInUse,
): Credential | Refusal {
  if (hasRivalCredentials) return rivals();
  const found = authorization === null ? null : schemeForm.exec(authorization);
  const scheme = found?.[1];
  const token = found?.[2] ?? '';
  const isBasic = scheme?.toLowerCase() === 'basic';
  const isAuthorizationOurs =
    scheme !== undefined && (authRequired || (!isBasic && isWellFormedApiKey(token)));
  const authorized = isBasic ? decoded(token) : token;
  if (isAuthorizationOurs && authorized === null) return new Refusal('invalid_api_key');
  const given = apiKey || (isAuthorizationOurs ? (authorized ?? '') : '');
  if (given === '') {
    return authRequired ? new Refusal('missing_api_key') : { secret: null, isAuthorizationOurs };
  }
  if (apiKey && isAuthorizationOurs && authorized !== apiKey) return rivals();
  const secret = isInUse(given) ? given : readSecret(given);
  const isMisplaced = !apiKey && isBasic === (typeof secret === 'string');
  if (secret === null || isMisplaced) return new Refusal('invalid_api_key');
  return { secret, isAuthorizationOurs };
}

/** The text behind the base64 of `Basic`; null where it is none. */
function decoded(token: string): string | null {
  const text = Buffer.from(token, 'base64').toString('latin1');
  const unpadded = (base64: string) => base64.replace(/=+$/, '');
  return unpadded(btoa(text)) === unpadded(token) ? text : null;
}

function rivals(): Refusal {
  const detail = 'The request carries two different credentials. Send one.';
  return new Refusal('invalid_api_key', { detail });
}
