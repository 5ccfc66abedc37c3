import { normalisePath, Refusal } from '@apigate/domain/gateway';
import type { IncomingMessage } from 'node:http';

/** The request that another proxy holds, as far as it tells of it. */
export interface OriginalRequest {
  method: string;
  /** In its one form and without query; null where the proxy does not tell. */
  path: string | null;
}

/** The names under which proxies tell of the request that they hold; nginx and its ingress, Traefik and Caddy. */
const methodHeaders = ['x-original-method', 'x-forwarded-method'];
const uriHeaders = ['x-original-uri', 'x-original-url', 'x-forwarded-uri'];

const methodForm = /^[A-Z]{1,20}$/;
const originForm = /^https?:\/\/[^/?#]*/i;

/**
 * Reads what the proxy tells of the request that it holds. Where it tells in two ways that differ, one of them comes
 * from the client, and there is no knowing which: then nothing is believed.
 *
 * @param suffix what follows our own path, query included: the original target as Envoy appends it, or nothing.
 */
export function readOriginalRequest(
  { method = 'GET', headersDistinct: headers }: Pick<IncomingMessage, 'method' | 'headersDistinct'>,
  suffix: string,
): OriginalRequest | Refusal {
  const told = (names: readonly string[]) => names.flatMap((name) => headers[name] ?? []);
  const hasSuffix = suffix.startsWith('/');
  const methods = new Set([...told(methodHeaders), ...(hasSuffix ? [method] : [])]);
  const uris = new Set([
    ...told(uriHeaders).map((uri) => uri.replace(originForm, '') || '/'),
    ...(hasSuffix ? [suffix] : []),
  ]);
  // Envoy asks by the method of the request itself, and so does whoever tells of no path.
  const [original = method] = methods;
  const [target] = uris;
  if (methods.size > 1 || uris.size > 1 || !methodForm.test(original)) {
    const detail = 'The method or the address of the original request is told in two ways.';
    return new Refusal('bad_request', { detail });
  }
  if (target === undefined) return { method: original, path: null };
  const path = normalisePath(target.split('?', 1)[0] ?? '');
  return path instanceof Refusal ? path : { method: original, path };
}
