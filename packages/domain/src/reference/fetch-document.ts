import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { documentBytesMax } from '@apigate/contract';
import {
  checkHost,
  ForbiddenAddressError,
  guardedLookup,
  type AddressRules,
} from '../addresses/guarded-lookup.ts';
import { DomainError } from '../errors.ts';
import { documentError } from './read-document.ts';

const timeoutMs = 10_000;

/**
 * Fetches the text at a URL, from where the rules allow, without following redirects.
 *
 * @throws DomainError bad_request that says why there is none
 */
export async function fetchDocument(url: string, rules: AddressRules): Promise<string> {
  const target = new URL(url);
  const forbidden = checkHost(target.hostname, rules);
  if (forbidden !== null) throw forbiddenError(target, forbidden);
  try {
    const answer = await get(target, rules);
    refuseAnswer(target, answer);
    return await readText(answer);
  } catch (error) {
    throw tellable(target, error);
  }
}

function get(target: URL, rules: AddressRules): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const send = target.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(target, {
    agent: false,
    lookup: guardedLookup(() => rules),
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      accept: 'application/json, application/yaml, */*;q=0.5',
      'accept-encoding': 'identity',
      'user-agent': 'apigate',
    },
  });
  request.on('response', resolve);
  request.on('error', reject);
  request.end();
  return promise;
}

function refuseAnswer({ host }: URL, answer: IncomingMessage): void {
  const { statusCode: status = 0, headers } = answer;
  if (status === 200 && (headers['content-encoding'] ?? 'identity') === 'identity') return;
  answer.destroy();
  if (status === 200) {
    throw documentError(`${host} compresses its answer although it was asked not to.`);
  }
  const to = headers.location;
  throw documentError(
    to === undefined
      ? `${host} answered with status ${status} instead of a document.`
      : `${host} redirects to ${to.slice(0, 200)}. Give that address instead.`,
  );
}

/** Reads a text of bounded length in UTF-8. @throws DomainError bad_request */
export async function readText(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of chunks) {
    bytes += part.length;
    if (bytes > documentBytesMax) {
      throw documentError(`The document is longer than ${documentBytesMax / 1024 ** 2} MiB.`);
    }
    parts.push(part);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch (error) {
    throw documentError('The document is not text in UTF-8.', error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ENOTFOUND: 'is a name without an address',
  EAI_AGAIN: 'is a name without an address',
  ECONNRESET: 'closed the connection',
  ABORT_ERR: `gave no document within ${timeoutMs / 1000} s`,
};

function tellable(target: URL, error: unknown): unknown {
  if (error instanceof ForbiddenAddressError) return forbiddenError(target, error);
  if (!(error instanceof Error) || error instanceof DomainError) return error;
  const code = 'code' in error ? String(error.code) : '';
  const isUntrusted = /CERT|SIGNED|ALTNAME/.test(code);
  const reason = isUntrusted ? 'has a certificate that is not trusted' : reasons[code];
  return documentError(`${target.host} ${reason ?? 'cannot be reached'}.`, error);
}

function forbiddenError({ host }: URL, cause: ForbiddenAddressError) {
  return documentError(
    `${host} is not allowed: it must not lead to a metadata service, a link-local or a forbidden private address.`,
    cause,
  );
}
