import { looksLikeId } from '@apigate/contract';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { DomainSecrets } from '../context.ts';

const issuer = 'apigate';
const audience = 'apigate-control-plane';
const type = 'at+jwt';

/** What an access token says. Whether it still holds is the session's to say. */
export interface AccessClaims {
  userId: string;
  sessionId: string;
  sessionEpoch: number;
}

/** Signs an access token with HS256. */
export async function signAccessToken(
  secrets: DomainSecrets,
  claims: AccessClaims,
  now: Date,
): Promise<{ token: string; expiresAt: Date }> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const expiresAt = issuedAt + secrets.accessTokenSeconds;
  const [secret] = secrets.jwtSecrets;
  if (secret === undefined) throw new Error('there is no secret to sign tokens with');
  const token = await new SignJWT({ sid: claims.sessionId, epoch: claims.sessionEpoch })
    .setProtectedHeader({ alg: 'HS256', typ: type })
    .setSubject(claims.userId)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(secret);
  return { token, expiresAt: new Date(expiresAt * 1000) };
}

/** Reads an access token signed with any secret that is valid still; null for every other text. */
export async function verifyAccessToken(
  secrets: DomainSecrets,
  token: string,
  now: Date,
): Promise<AccessClaims | null> {
  for (const secret of secrets.jwtSecrets) {
    try {
      const { payload } = await jwtVerify(token, secret, {
        algorithms: ['HS256'],
        typ: type,
        issuer,
        audience,
        currentDate: now,
        requiredClaims: ['sub', 'exp', 'sid', 'epoch'],
      });
      const { sub, sid, epoch } = payload;
      if (typeof sub !== 'string' || typeof sid !== 'string' || typeof epoch !== 'number') {
        return null;
      }
      if (!looksLikeId(sub) || !looksLikeId(sid)) return null;
      return { userId: sub, sessionId: sid, sessionEpoch: epoch };
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) return null;
    }
  }
  return null;
}
