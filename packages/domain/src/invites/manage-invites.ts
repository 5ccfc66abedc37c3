import type { Invite as InviteView, listInvitesInput, Page, Parsed } from '@apigate/contract';
import { authorize, notFound } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { idAfter, likePattern, pageOf } from '../paging.ts';
import { Invite } from './invite.ts';
import { inviteView } from './invite-view.ts';

/** Invitations that wait to be accepted, newest first, expired ones included. */
export async function listInvites(
  ctx: DomainContext,
  input: Parsed<typeof listInvitesInput>,
): Promise<Page<InviteView>> {
  authorize(ctx.actor, 'invites.manage');
  const after = idAfter(input.cursor);
  const rows = await ctx.em.find(
    Invite,
    {
      ...(after === undefined ? {} : { id: { $lt: after } }),
      ...(input.q === undefined ? {} : { email: { $ilike: likePattern(input.q) } }),
    },
    { populate: ['invitedBy'], orderBy: { id: 'desc' }, limit: input.limit + 1 },
  );
  return pageOf(rows.map(inviteView), input.limit);
}

/** Takes an invitation back. @throws DomainError not_found */
export async function revokeInvite(
  ctx: DomainContext,
  input: { invite: string },
): Promise<{ id: string }> {
  authorize(ctx.actor, 'invites.manage');
  return ctx.em.transactional(async (em) => {
    const invite = await em.findOne(Invite, { id: input.invite });
    if (invite === null) throw notFound('invitation');
    em.remove(invite);
    await recordAudit(ctx, em, {
      action: 'invites.revoked',
      target: { kind: 'invite', id: invite.id, label: invite.email },
    });
    return { id: input.invite };
  });
}
