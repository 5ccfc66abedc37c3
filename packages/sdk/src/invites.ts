import { type Listing, listing } from './listing.ts';
import type { Transport } from './transport.ts';
import type {
  AcceptInviteInput,
  CreateInviteInput,
  Invite,
  InviteOffer,
  ListInvitesInput,
  SignedIn,
} from './types.ts';

/** Invitations to become a moderator or an admin, by id. */
export function invitesApi(transport: Transport) {
  return {
    /** Those not accepted yet, newest first; `await` for one page, `for await` for every one. */
    list: (input: ListInvitesInput = {}): Listing<Invite> =>
      listing((cursor = input.cursor) => transport.query('invites.list', { ...input, cursor })),
    /** Mails a link; one mailed to the address before is good no more. */
    create: (input: CreateInviteInput): Promise<Invite> =>
      transport.mutate('invites.create', input),
    revoke: (id: string): Promise<{ id: string }> =>
      transport.mutate('invites.revoke', { invite: id }),
    /** What the link in the mail offers, by its token. */
    offer: (token: string): Promise<InviteOffer> => transport.query('invites.offer', { token }),
    /** Makes the account and signs it in. */
    accept: (input: AcceptInviteInput): Promise<SignedIn> =>
      transport.mutate('invites.accept', input),
  };
}
