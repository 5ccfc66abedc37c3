import {
  accepted,
  caller,
  emailInput,
  instance,
  linkInput,
  refreshInput,
  registered,
  registerInput,
  resetPasswordInput,
  signedIn,
  signInInput,
} from '@apigate/contract';
import {
  brandOf,
  examplePath,
  forgotPassword,
  readSettings,
  resendVerification,
  resetPassword,
  verifyEmail,
  whoAmI,
} from '@apigate/domain';
import { refreshFrom, registerFrom, signInFrom, signOutFrom } from '../session-transport.ts';
import { protectedProcedure, publicProcedure, router } from '../trpc.ts';

export const auth = router({
  signIn: publicProcedure
    .input(signInInput)
    .output(signedIn)
    .mutation(({ ctx, input }) => signInFrom(ctx, input)),
  register: publicProcedure
    .input(registerInput)
    .output(registered)
    .mutation(({ ctx, input }) => registerFrom(ctx, input)),
  verifyEmail: publicProcedure
    .input(linkInput)
    .output(accepted)
    .mutation(({ ctx, input }) => verifyEmail(ctx, input.token)),
  resendVerification: publicProcedure
    .input(emailInput)
    .output(accepted)
    .mutation(({ ctx, input }) => resendVerification(ctx, input.email)),
  forgotPassword: publicProcedure
    .input(emailInput)
    .output(accepted)
    .mutation(({ ctx, input }) => forgotPassword(ctx, input.email)),
  resetPassword: publicProcedure
    .input(resetPasswordInput)
    .output(accepted)
    .mutation(({ ctx, input }) => resetPassword(ctx, input)),
  refresh: publicProcedure
    .input(refreshInput)
    .output(signedIn)
    .mutation(({ ctx, input }) => refreshFrom(ctx, input.refreshToken)),
  signOut: publicProcedure
    .input(refreshInput)
    .output(accepted)
    .mutation(({ ctx, input }) => signOutFrom(ctx, input.refreshToken)),
  me: protectedProcedure.output(caller).query(({ ctx }) => whoAmI(ctx)),
  instance: publicProcedure.output(instance).query(async ({ ctx }) => {
    const settings = await readSettings(ctx.em);
    return {
      proxyUrl: ctx.deps.proxyUrl,
      examplePath: await examplePath(ctx.em),
      version: ctx.deps.version,
      requireEmailVerification: settings.require_email_verification,
      registrationOpen: settings['auth.registration_open'],
      passwordCharsMin: settings['password.min_length'],
      passwordScoreMin: settings['password.min_score'],
      brand: brandOf(settings),
      planChange: settings['portal.plan_change'],
      tryIt: settings['portal.try_it'],
      support: settings['portal.support'] || null,
    };
  }),
});
