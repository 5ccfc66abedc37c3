import { ApigateError } from './apigate-error.ts';

export { ApigateError } from './apigate-error.ts';

/** A message whose signature is right. */
export interface WebhookMessage<Payload = unknown> {
  /** The same in every attempt to deliver the message, so that one that came before is known again. */
  id: string;
  sentAt: Date;
  /** The body, parsed. */
  payload: Payload;
}

/** Headers as `fetch` or as Node has them. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Record<string, string | string[] | undefined>;

/** One secret, or several while they rotate: `whsec_` and base64. */
export type WebhookSecret = string | readonly string[];

export interface VerifyWebhookOptions {
  /** How far `webhook-timestamp` may be from now, in seconds; 300 unless told. */
  toleranceSeconds?: number | undefined;
  now?: Date | undefined;
}

export interface SignWebhookOptions {
  /** The same in every attempt to deliver the message. */
  id: string;
  /** When the attempt is made; now unless told. */
  sentAt?: Date | undefined;
}

const hmac = { name: 'HMAC', hash: 'SHA-256' };

/**
 * Checks a message by Standard Webhooks: HMAC-SHA-256, compared in constant time.
 *
 * @param body as it came, not parsed and written again
 * @throws ApigateError invalid_signature; bad_request where the body is no JSON
 * @throws TypeError for a secret that is none
 */
export async function verifyWebhook<Payload = unknown>(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  secret: WebhookSecret,
  { toleranceSeconds = 300, now = new Date() }: VerifyWebhookOptions = {},
): Promise<WebhookMessage<Payload>> {
  const keys = await keysOf(secret, 'verify');
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    (name) => headerOf(headers, name),
  );
  if (!id || !timestamp || !signatures) {
    throw invalid('webhook-id, webhook-timestamp or webhook-signature is missing');
  }
  if (!/^\d{1,12}$/.test(timestamp)) throw invalid('webhook-timestamp is no time');
  const sentAt = new Date(Number(timestamp) * 1000);
  const secondsAway = Math.abs(now.getTime() - sentAt.getTime()) / 1000;
  if (!(secondsAway <= toleranceSeconds)) {
    throw invalid(`webhook-timestamp is more than ${toleranceSeconds} s from now`);
  }
  const signed = signedContent(id, timestamp, body);
  const isOfOneOf = await Promise.all(
    signaturesOf(signatures).flatMap((signature) =>
      keys.map((key) => crypto.subtle.verify(hmac.name, key, signature, signed)),
    ),
  );
  if (!isOfOneOf.includes(true)) throw invalid('no signature is by the secret');
  return { id, sentAt, payload: parsed(body) };
}

/**
 * Signs a message by Standard Webhooks, once for each secret.
 *
 * @returns the headers to send beside the body
 * @throws TypeError for a secret that is none
 */
export async function signWebhook(
  body: string | Uint8Array,
  secret: WebhookSecret,
  { id, sentAt = new Date() }: SignWebhookOptions,
): Promise<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const signed = signedContent(id, timestamp, body);
  const keys = await keysOf(secret, 'sign');
  const signatures = await Promise.all(
    keys.map(async (key) => `v1,${base64(await crypto.subtle.sign(hmac.name, key, signed))}`),
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

function keysOf(secret: WebhookSecret, usage: 'sign' | 'verify'): Promise<CryptoKey[]> {
  const secrets = typeof secret === 'string' ? [secret] : secret;
  if (secrets.length === 0) throw new TypeError('There is no webhook secret.');
  return Promise.all(
    secrets.map((text) => {
      const bytes = bytesOf(text.replace(/^whsec_/, ''));
      if (bytes === null || bytes.length === 0) {
        throw new TypeError('A webhook secret is whsec_ and base64.');
      }
      return crypto.subtle.importKey('raw', bytes, hmac, false, [usage]);
    }),
  );
}

function headerOf(headers: WebhookHeaders, name: string): string | null {
  if (typeof headers.get === 'function') return headers.get(name);
  const entry = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof entry === 'string' ? entry : null;
}

/** Those of version 1; a sender may add others. */
function signaturesOf(header: string): Uint8Array<ArrayBuffer>[] {
  return header.split(' ').flatMap((entry) => {
    const bytes = entry.startsWith('v1,') ? bytesOf(entry.slice('v1,'.length)) : null;
    return bytes === null ? [] : [bytes];
  });
}

function signedContent(
  id: string,
  timestamp: string,
  body: string | Uint8Array,
): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const start = encoder.encode(`${id}.${timestamp}.`);
  const end = typeof body === 'string' ? encoder.encode(body) : body;
  const content = new Uint8Array(start.length + end.length);
  content.set(start);
  content.set(end, start.length);
  return content;
}

function parsed<Payload>(body: string | Uint8Array): Payload {
  try {
    // The cast: the caller says what the sender sends.
    return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body)) as Payload;
  } catch (cause) {
    throw new ApigateError('bad_request', 'the body of the webhook is no JSON', { cause });
  }
}

function base64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    // What is told of it is told by the callers.
    return null;
  }
}

function invalid(reason: string): ApigateError {
  return new ApigateError('invalid_signature', `not a message of the sender: ${reason}`);
}
