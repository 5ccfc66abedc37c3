import type { acceptInviteInput, Parsed, SignedIn } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { recordAudit } from '../audit/record-audit.ts';
import { hashNewPassword } from '../auth/hash-new-password.ts';
import { digestLinkToken, invalidLink } from '../auth/one-time-tokens.ts';
import { startSession } from '../auth/start-session.ts';
import type { DomainContext } from '../context.ts';
import { defaultPlan } from '../plans/default-plan.ts';
import { withConstraints } from '../constraints.ts';
import { announcePrivilege } from '../users/announce-privilege.ts';
import { findUser } from '../users/find-user.ts';
import { newUser } from '../users/new-user.ts';
import { userConstraints } from '../users/user-constraints.ts';
import { Invite } from './invite.ts';

async function findInvite(em: EntityManager, token: string, now: Date): Promise<Invite> {
  const found = await em.findOne(Invite, {
    digest: digestLinkToken(token),
    expiresAt: { $gt: now },
  });
  if (found === null) throw invalidLink();
  return found;
}

/** What an invitation offers, to whoever has its link. @throws DomainError invalid_link */
export async function getInviteOffer(ctx: DomainContext, token: string) {
  const { email, role, expiresAt } = await findInvite(ctx.em, token, ctx.now);
  return { email, role, expiresAt };
}

/**
 * Makes the account that an invitation offers and signs it in.
 *
 * @throws DomainError invalid_link, bad_request (password), email_taken, overloaded
 */
export async function acceptInvite(
  ctx: DomainContext,
  input: Parsed<typeof acceptInviteInput>,
): Promise<SignedIn> {
  const { email } = await findInvite(ctx.em, input.token, ctx.now);
  const passwordHash = await hashNewPassword(ctx, input.password, [email, input.name]);
  return withConstraints(userConstraints, () =>
    ctx.em.transactional(async (em) => {
      const invite = await findInvite(em, input.token, ctx.now);
      if ((await em.nativeDelete(Invite, { id: invite.id })) === 0) throw invalidLink();
      const made = newUser(em, await defaultPlan(em), ctx.now, {
        email: invite.email,
        name: input.name ?? null,
        role: invite.role,
        passwordHash,
        emailVerifiedAt: ctx.now,
      });
      await em.flush();
      const user = await findUser(em, made.id);
      const session = await startSession(ctx, em, user);
      await announcePrivilege(ctx, em, user, 'customer');
      await recordAudit(ctx, em, {
        action: 'invites.accepted',
        by: user,
        target: { kind: 'user', id: user.id, label: user.email },
        after: { role: user.role },
      });
      return session;
    }),
  );
}
