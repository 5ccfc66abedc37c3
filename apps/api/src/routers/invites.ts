import {
  acceptInviteInput,
  createInviteInput,
  id,
  invite,
  inviteOffer,
  invitePage,
  inviteRef,
  linkInput,
  listInvitesInput,
  signedIn,
} from '@apigate/contract';
import {
  acceptInvite,
  createInvite,
  getInviteOffer,
  listInvites,
  revokeInvite,
} from '@apigate/domain';
import { z } from 'zod';
import { handOver } from '../session-transport.ts';
import { protectedProcedure, publicProcedure, router } from '../trpc.ts';

export const invites = router({
  list: protectedProcedure
    .input(listInvitesInput)
    .output(invitePage)
    .query(({ ctx, input }) => listInvites(ctx, input)),
  create: protectedProcedure
    .input(createInviteInput)
    .output(invite)
    .mutation(({ ctx, input }) => createInvite(ctx, input)),
  revoke: protectedProcedure
    .input(inviteRef)
    .output(z.object({ id }))
    .mutation(({ ctx, input }) => revokeInvite(ctx, input)),
  offer: publicProcedure
    .input(linkInput)
    .output(inviteOffer)
    .query(({ ctx, input }) => getInviteOffer(ctx, input.token)),
  accept: publicProcedure
    .input(acceptInviteInput)
    .output(signedIn)
    .mutation(({ ctx, input }) => handOver(ctx, input.cookies, () => acceptInvite(ctx, input))),
});
