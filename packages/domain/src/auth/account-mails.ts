import type { EntityManager } from '@mikro-orm/postgresql';
import type { DomainContext } from '../context.ts';
import { enqueueMail } from '../mail/enqueue-mail.ts';
import type { User } from '../users/user.ts';
import { issueOneTimeToken } from './one-time-tokens.ts';

/** Mails a user the link that confirms the address. */
export async function mailVerification(
  ctx: DomainContext,
  em: EntityManager,
  user: User,
): Promise<void> {
  const token = await issueOneTimeToken(em, 'verify_email', { user, email: user.email }, ctx.now);
  await enqueueMail(ctx, em, user.email, 'verify_email', {
    link: `${ctx.publicUrl}/portal/verify-email?token=${token}`,
  });
}

/** Tells the owner of an address that somebody tried to make it an account once more. */
export async function mailAlreadyRegistered(
  ctx: DomainContext,
  em: EntityManager,
  address: string,
): Promise<void> {
  await enqueueMail(ctx, em, address, 'already_registered', {
    signInLink: `${ctx.publicUrl}/portal/login`,
    resetLink: `${ctx.publicUrl}/portal/forgot-password`,
  });
}

/** Tells a user that the password was changed. */
export async function mailPasswordChanged(
  ctx: DomainContext,
  em: EntityManager,
  user: User,
): Promise<void> {
  await enqueueMail(ctx, em, user.email, 'password_changed', {
    resetLink: `${ctx.publicUrl}/portal/forgot-password`,
  });
}
