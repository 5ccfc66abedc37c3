import { listMailsInput, mail, mailPage, mailRef, mailWithBody } from '@apigate/contract';
import { getMail, listMails, retryMail } from '@apigate/domain';
import { protectedProcedure, router } from '../trpc.ts';

export const mails = router({
  list: protectedProcedure
    .input(listMailsInput)
    .output(mailPage)
    .query(({ ctx, input }) => listMails(ctx, input)),
  get: protectedProcedure
    .input(mailRef)
    .output(mailWithBody)
    .query(({ ctx, input }) => getMail(ctx, input)),
  retry: protectedProcedure
    .input(mailRef)
    .output(mail)
    .mutation(({ ctx, input }) => retryMail(ctx, input)),
});
