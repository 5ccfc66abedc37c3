import { createHash, randomBytes } from 'node:crypto';
import { ref } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Secret, TOTP } from 'otpauth';
import type { DomainSecrets } from '../context.ts';
import { newId } from '../ids.ts';
import { openSecret } from '../secret-box.ts';
import { User } from '../users/user.ts';
import { RecoveryCode } from './recovery-code.ts';

const periodSeconds = 30;
const recoveryCodeCount = 10;
const recoveryCodeChars = 24;
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The purpose under which second-factor secrets are sealed. */
export const totpPurpose = 'totp';

/** The parameters that every authenticator app knows: SHA-1, six digits, 30 seconds (RFC 6238). */
export function totpOf(secret: string, label: string): TOTP {
  return new TOTP({
    issuer: 'apigate',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: periodSeconds,
    secret: Secret.fromBase32(secret),
  });
}

/** The time step of a code that is good now, one step early or late allowed; null for a wrong one. */
export function stepOfCode(secret: string, code: string, now: Date): number | null {
  const timestamp = now.getTime();
  const delta = totpOf(secret, '').validate({ token: code, timestamp, window: 1 });
  return delta === null ? null : Math.floor(timestamp / 1000 / periodSeconds) + delta;
}

function normalised(code: string): string {
  return code.replaceAll(/[ -]/g, '').toUpperCase();
}

function digestOf(code: string): string {
  return createHash('sha256').update(`recovery:${code}`).digest('base64url');
}

/**
 * Uses up a code of a user with a second factor: of the authenticator, or a recovery code. Each is good once, whatever
 * number of calls bring it at the same time.
 */
export async function useSecondFactor(
  em: EntityManager,
  secrets: DomainSecrets,
  user: User,
  code: string,
  now: Date,
): Promise<boolean> {
  if (user.totp == null) return false;
  const plain = normalised(code);
  if (/^\d{6}$/.test(plain)) {
    const secret = openSecret(secrets.encryptionKey, totpPurpose, user.totp);
    const step = stepOfCode(secret, plain, now);
    if (step === null) return false;
    return (
      (await em.nativeUpdate(
        User,
        { id: user.id, totpLastStep: { $lt: step } },
        { totpLastStep: step },
      )) === 1
    );
  }
  return (await em.nativeDelete(RecoveryCode, { user: user.id, digest: digestOf(plain) })) === 1;
}

/** Gives a user new recovery codes in place of those before. They are in the answer and nowhere else. */
export async function renewRecoveryCodes(em: EntityManager, user: User): Promise<string[]> {
  await em.nativeDelete(RecoveryCode, { user: user.id });
  const codes = Array.from({ length: recoveryCodeCount }, () =>
    [...randomBytes(recoveryCodeChars)].map((byte) => base32.charAt(byte % 32)).join(''),
  );
  for (const code of codes) {
    em.create(RecoveryCode, { id: newId(), user: ref(user), digest: digestOf(code) });
  }
  await em.flush();
  return codes.map((code) => (code.match(/.{4}/g) ?? []).join('-'));
}
