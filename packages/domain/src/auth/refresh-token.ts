import { createHash, randomBytes } from 'node:crypto';
import { looksLikeId } from '@apigate/contract';
import { openSecret, sealSecret } from '../secret-box.ts';

const successorPurpose = 'refresh-successor';

/** A new refresh token of a session: which session, and 256 random bits. */
export function newRefreshToken(sessionId: string): string {
  return `${sessionId}.${randomBytes(32).toString('base64url')}`;
}

/** The session that a refresh token says it is of; null when it is no refresh token. */
export function sessionIdOfRefreshToken(token: string): string | null {
  const [sessionId = '', random = '', ...rest] = token.split('.');
  return rest.length === 0 && looksLikeId(sessionId) && random.length === 43 ? sessionId : null;
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
