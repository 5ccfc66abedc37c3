import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { looksLikeId } from '@apigate/contract';
import type { DomainSecrets } from '../context.ts';
import { openSecret, sealSecret } from '../secret-box.ts';

const successorPurpose = 'refresh-successor';

type SealingSecrets = Pick<DomainSecrets, 'keyPepper'>;

/** A new refresh token of a session: which session, 256 random bits, and a seal that shows it is of ours. */
export function newRefreshToken({ keyPepper }: SealingSecrets, sessionId: string): string {
  const unsealed = `${sessionId}.${randomBytes(32).toString('base64url')}`;
  return `${unsealed}.${sealOf(keyPepper, unsealed).toString('base64url')}`;
}

/**
 * The session that a refresh token is of; null when we never gave it out. Session ids are no secrets, so a token that
 * somebody made up must not pass for one that was stolen, which ends the session.
 */
export function sessionIdOfRefreshToken(
  { keyPepper }: SealingSecrets,
  token: string,
): string | null {
  const [sessionId = '', random = '', seal = '', ...rest] = token.split('.');
  if (rest.length > 0 || !looksLikeId(sessionId) || random.length !== 43) return null;
  const given = Buffer.from(seal, 'base64url');
  const expected = sealOf(keyPepper, `${sessionId}.${random}`);
  return given.length === expected.length && timingSafeEqual(given, expected) ? sessionId : null;
}

function sealOf(keyPepper: Buffer, unsealed: string): Buffer {
  return createHmac('sha256', keyPepper).update(`refresh:${unsealed}`).digest().subarray(0, 16);
}

/** What is stored of a refresh token: its SHA-256, base64url. */
export function digestRefreshToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

function keyFrom(token: string): Buffer {
  return createHash('sha256').update('successor of ').update(token).digest();
}

/** Seals a token so that only who holds the one before it can read it. */
export function sealSuccessor(previous: string, successor: string): string {
  return sealSecret(keyFrom(previous), successorPurpose, successor);
}

/** Opens what {@link sealSuccessor} sealed. */
export function openSuccessor(previous: string, sealed: string): string {
  return openSecret(keyFrom(previous), successorPurpose, sealed);
}
