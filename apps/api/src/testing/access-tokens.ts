import { createHmac } from 'node:crypto';
import { buildSession, testSecrets, type TestDomain } from '@apigate/domain/testing';
import type { User } from '@apigate/domain';

/** What an access token is made of, for those who make bad ones. */
export interface TokenParts {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
  secret: Uint8Array | string;
  /** What signs, whatever the header says. */
  hash: 'sha256' | 'sha384' | 'sha512';
}

/** The parts of a token that is good for an hour, as long as the session is. */
export function goodParts(user: User, sessionId: string): TokenParts {
  const now = Math.floor(Date.now() / 1000);
  return {
    header: { alg: 'HS256', typ: 'at+jwt' },
    payload: {
      sid: sessionId,
      epoch: user.sessionEpoch,
      sub: user.id,
      iss: 'apigate',
      aud: 'apigate-control-plane',
      iat: now,
      exp: now + 3600,
    },
    secret: testSecrets.jwtSecrets[0] ?? '',
    hash: 'sha256',
  };
}

/** Part of a token: text, or JSON, as base64url. */
export function encoded(part: string | object): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

/** Writes a token as its parts say, whether or not anybody would believe it. */
export function writeToken({ header, payload, secret, hash }: TokenParts): string {
  const signed = `${encoded(header)}.${encoded(payload)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}

/** Starts a session of `user`, and tells its tokens. */
export async function startSessionOf(
  domain: TestDomain,
  user: User,
  { expired = false } = {},
): Promise<{ sessionId: string; accessToken: string; refreshToken: string }> {
  const now = Date.now();
  const { session, refreshToken } = await buildSession(domain, user, {
    rotatedAt: new Date(now),
    createdAt: new Date(now),
    expiresAt: new Date(now + (expired ? -1000 : 30 * 86_400_000)),
  });
  return {
    sessionId: session.id,
    accessToken: writeToken(goodParts(user, session.id)),
    refreshToken,
  };
}
