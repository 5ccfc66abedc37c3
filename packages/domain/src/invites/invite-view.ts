import type { Invite as InviteView } from '@apigate/contract';
import type { Invite } from './invite.ts';

/** An invitation, loaded with who sent it, as every surface shows it; the link went out by mail alone. */
export function inviteView(invite: Invite): InviteView {
  const { id, email, role, createdAt, expiresAt } = invite;
  const inviter = invite.invitedBy?.unwrap();
  return { id, email, role, invitedBy: inviter?.email ?? null, createdAt, expiresAt };
}
