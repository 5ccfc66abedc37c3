import type { createInviteInput, Invite as InviteView, Parsed } from '@apigate/contract';
import { ref } from '@mikro-orm/core';
import { authorize } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { newLinkToken } from '../auth/one-time-tokens.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../ids.ts';
import { enqueueMail } from '../mail/enqueue-mail.ts';
import { User } from '../users/user.ts';
import { Invite } from './invite.ts';
import { inviteView } from './invite-view.ts';

const hoursGood = 48;

/** Invites somebody to become a moderator or an admin; an invitation before to the same address ends. */
export async function createInvite(
  ctx: DomainContext,
  input: Parsed<typeof createInviteInput>,
): Promise<InviteView> {
  const { actor, now } = ctx;
  authorize(actor, 'invites.manage');
  return ctx.em.transactional(async (em) => {
    if ((await em.count(User, { email: input.email })) > 0) {
      throw new DomainError('email_taken', 'There is a user with this address: change the role.');
    }
    const inviter = actor.kind === 'user' ? await em.findOne(User, { id: actor.id }) : null;
    const { token, digest } = newLinkToken();
    await em.nativeDelete(Invite, { email: input.email });
    const invite = em.create(Invite, {
      id: newId(),
      email: input.email,
      role: input.role,
      digest,
      invitedBy: inviter === null ? null : ref(inviter),
      createdAt: now,
      expiresAt: new Date(now.getTime() + hoursGood * 3_600_000),
    });
    await enqueueMail(ctx, em, input.email, 'invite', {
      link: `${ctx.publicUrl}/accept-invite?token=${token}`,
      role: input.role,
      invitedBy: inviter?.email ?? null,
    });
    await recordAudit(ctx, em, {
      action: 'invites.created',
      target: { kind: 'invite', id: invite.id, label: input.email },
      after: { role: input.role },
    });
    return inviteView(invite);
  });
}
