import type { Parsed, setupInput, SignedIn } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { recordAudit } from '../audit/record-audit.ts';
import { hashNewPassword } from '../auth/hash-new-password.ts';
import { OneTimeToken } from '../auth/one-time-token.ts';
import {
  digestLinkToken,
  invalidLink,
  issueOneTimeToken,
  useOneTimeToken,
} from '../auth/one-time-tokens.ts';
import { startSession } from '../auth/start-session.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { defaultPlan } from '../plans/default-plan.ts';
import { withConstraints } from '../constraints.ts';
import { findUser } from '../users/find-user.ts';
import { newUser } from '../users/new-user.ts';
import { userConstraints } from '../users/user-constraints.ts';
import { User } from '../users/user.ts';

/** Whether this installation has no admin yet. */
export async function isSetupNeeded(em: EntityManager): Promise<boolean> {
  return (await em.count(User, { role: 'admin' })) === 0;
}

/** Makes the one-time token for `/setup`, for the terminal; one made before ends. Null when there is an admin. */
export async function issueSetupToken(ctx: DomainContext): Promise<string | null> {
  return ctx.em.transactional(async (em) =>
    (await isSetupNeeded(em))
      ? issueOneTimeToken(em, 'setup', { user: null, email: '' }, ctx.now)
      : null,
  );
}

/**
 * Makes the first admin, for whoever can read the server's terminal, and signs in.
 *
 * @throws DomainError invalid_link, setup_done, bad_request (password), email_taken, overloaded
 */
export async function completeSetup(
  ctx: DomainContext,
  input: Parsed<typeof setupInput>,
): Promise<SignedIn> {
  const isGood = await ctx.em.count(OneTimeToken, {
    digest: digestLinkToken(input.token),
    purpose: 'setup',
    expiresAt: { $gt: ctx.now },
  });
  if (isGood === 0) throw invalidLink();
  const passwordHash = await hashNewPassword(ctx, input.password, [input.email]);
  return withConstraints(userConstraints, () =>
    ctx.em.transactional(async (em) => {
      await em.execute(`select pg_advisory_xact_lock(hashtext('apigate:admins'))`);
      await useOneTimeToken(em, ['setup'], input.token, ctx.now);
      if (!(await isSetupNeeded(em))) {
        throw new DomainError('setup_done', 'There is an admin already. Sign in instead.');
      }
      const made = newUser(em, await defaultPlan(em), ctx.now, {
        email: input.email,
        role: 'admin',
        passwordHash,
        emailVerifiedAt: ctx.now,
      });
      await em.flush();
      const user = await findUser(em, made.id);
      const session = await startSession(ctx, em, user);
      await recordAudit(ctx, em, {
        action: 'setup.completed',
        by: user,
        target: { kind: 'user', id: user.id, label: user.email },
      });
      return session;
    }),
  );
}
