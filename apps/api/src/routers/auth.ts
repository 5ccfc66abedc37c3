import { caller, instance, refreshInput, signedIn, signInInput } from '@apigate/contract';
import { DomainError, refreshSession, signIn, signOut, whoAmI } from '@apigate/domain';
import { z } from 'zod';
import { refuseCrossSite } from '../context.ts';
import { handOver, tokenFromCookie } from '../session-transport.ts';
import { protectedProcedure, publicProcedure, router } from '../trpc.ts';

export const auth = router({
  signIn: publicProcedure
    .input(signInInput)
    .output(signedIn)
    .mutation(async ({ ctx, input }) => {
      if (input.cookies) refuseCrossSite(ctx.deps, ctx.req);
      return handOver(ctx, await signIn(ctx, input), input.cookies);
    }),
  refresh: publicProcedure
    .input(refreshInput)
    .output(signedIn)
    .mutation(async ({ ctx, input }) => {
      const given = input.refreshToken ?? tokenFromCookie(ctx);
      if (given === null) throw new DomainError('invalid_refresh_token', 'Sign in first.');
      return handOver(ctx, await refreshSession(ctx, given), input.refreshToken === undefined);
    }),
  signOut: publicProcedure
    .input(refreshInput)
    .output(z.object({ ok: z.literal(true) }))
    .mutation(async ({ ctx, input }) => {
      const done = await signOut(ctx, input.refreshToken ?? tokenFromCookie(ctx));
      ctx.deps.cookies.clear(ctx.res);
      return done;
    }),
  me: protectedProcedure.output(caller).query(({ ctx }) => whoAmI(ctx)),
  instance: publicProcedure.output(instance).query(({ ctx }) => ({
    proxyUrl: ctx.deps.proxyUrl,
    version: ctx.deps.version,
  })),
});
