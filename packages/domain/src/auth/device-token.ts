import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import type { DomainSecrets } from '../context.ts';

const form = /^([0-9a-f-]{36})\.([\w-]{43})$/;

function sign(secret: Uint8Array, deviceId: string, account: string): string {
  return createHmac('sha256', secret)
    .update(`device:${deviceId}:${account.toLowerCase()}`)
    .digest('base64url');
}

/** A token that says of a browser that `account` has signed in from it. */
export function newDeviceToken(secrets: DomainSecrets, account: string): string {
  const [secret] = secrets.jwtSecrets;
  if (secret === undefined) throw new Error('there is no secret to sign tokens with');
  const deviceId = randomUUID();
  return `${deviceId}.${sign(secret, deviceId, account)}`;
}

/** The device of a token that was made for `account`; null for every other text. */
export function deviceIdOf(
  secrets: DomainSecrets,
  token: string | null,
  account: string,
): string | null {
  const [, deviceId = '', signature = ''] = form.exec(token ?? '') ?? [];
  const given = Buffer.from(signature);
  const isOurs = secrets.jwtSecrets.some((secret) => {
    const expected = Buffer.from(sign(secret, deviceId, account));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  return isOurs ? deviceId : null;
}
