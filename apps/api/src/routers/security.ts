import {
  accepted,
  changeEmailInput,
  changePasswordInput,
  confirmTotpInput,
  disableTotpInput,
  emailChange,
  linkInput,
  reauthenticationInput,
  recoveryCodes,
  security as securitySchema,
  totpEnrolment,
} from '@apigate/contract';
import {
  beginTotp,
  changeEmail,
  changePassword,
  confirmEmailChange,
  confirmTotp,
  disableTotp,
  getSecurity,
  remakeRecoveryCodes,
} from '@apigate/domain';
import { protectedProcedure, publicProcedure, router } from '../trpc.ts';

export const security = router({
  get: protectedProcedure.output(securitySchema).query(({ ctx }) => getSecurity(ctx)),
  changePassword: protectedProcedure
    .input(changePasswordInput)
    .output(accepted)
    .mutation(({ ctx, input }) => changePassword(ctx, input)),
  changeEmail: protectedProcedure
    .input(changeEmailInput)
    .output(accepted)
    .mutation(({ ctx, input }) => changeEmail(ctx, input)),
  confirmEmailChange: publicProcedure
    .input(linkInput)
    .output(emailChange)
    .mutation(({ ctx, input }) => confirmEmailChange(ctx, input.token)),
  beginTotp: protectedProcedure
    .input(reauthenticationInput)
    .output(totpEnrolment)
    .mutation(({ ctx, input }) => beginTotp(ctx, input)),
  confirmTotp: protectedProcedure
    .input(confirmTotpInput)
    .output(recoveryCodes)
    .mutation(({ ctx, input }) => confirmTotp(ctx, input)),
  disableTotp: protectedProcedure
    .input(disableTotpInput)
    .output(accepted)
    .mutation(({ ctx, input }) => disableTotp(ctx, input)),
  renewRecoveryCodes: protectedProcedure
    .input(disableTotpInput)
    .output(recoveryCodes)
    .mutation(({ ctx, input }) => remakeRecoveryCodes(ctx, input)),
});
