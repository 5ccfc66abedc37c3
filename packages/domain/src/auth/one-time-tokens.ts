import { createHash, randomBytes } from 'node:crypto';
import { ref } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { User } from '../users/user.ts';
import { OneTimeToken } from './one-time-token.ts';

type Purpose = OneTimeToken['purpose'];

const minutesOf = {
  verify_email: 24 * 60,
  reset_password: 30,
  change_email_old: 24 * 60,
  change_email_new: 24 * 60,
  setup: 7 * 24 * 60,
} as const satisfies Record<Purpose, number>;

/** A new secret for a link, 256 random bits, and what is stored of it. */
export function newLinkToken(): { token: string; digest: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, digest: digestLinkToken(token) };
}

/** What is stored of the secret in a link: its SHA-256, base64url. */
export function digestLinkToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Makes the token of a link; those made before for the same purpose end. */
export async function issueOneTimeToken(
  em: EntityManager,
  purpose: Purpose,
  owner: { user: User | null; email: string },
  now: Date,
): Promise<string> {
  const { token, digest } = newLinkToken();
  await em.nativeDelete(OneTimeToken, { purpose, user: owner.user?.id ?? null });
  em.create(OneTimeToken, {
    id: newId(),
    user: owner.user === null ? null : ref(owner.user),
    purpose,
    digest,
    email: owner.email,
    createdAt: now,
    expiresAt: new Date(now.getTime() + minutesOf[purpose] * 60_000),
  });
  await em.flush();
  return token;
}

/** The error for a link that is no good, for whatever reason. */
export function invalidLink(): DomainError {
  return new DomainError(
    'invalid_link',
    'This link is used up, expired or not complete. Ask for a new one.',
  );
}

/**
 * Uses a token up: of any number of calls at once, one gets it. Call it in the transaction of what the token is for.
 *
 * @throws DomainError invalid_link
 */
export async function useOneTimeToken(
  em: EntityManager,
  purposes: readonly Purpose[],
  token: string,
  now: Date,
): Promise<OneTimeToken> {
  const found = await em.findOne(OneTimeToken, {
    digest: digestLinkToken(token),
    purpose: { $in: [...purposes] },
    expiresAt: { $gt: now },
  });
  if (found === null) throw invalidLink();
  const removed = await em.nativeDelete(OneTimeToken, { id: found.id });
  if (removed === 0) throw invalidLink();
  em.clear();
  return found;
}
