import type { Parsed, Registered, registerInput } from '@apigate/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { enqueueMail } from '../mail/enqueue-mail.ts';
import { defaultPlan } from '../plans/default-plan.ts';
import { readSettings } from '../settings/read-settings.ts';
import { withConstraints } from '../constraints.ts';
import { findUser } from '../users/find-user.ts';
import { newUser } from '../users/new-user.ts';
import { userConstraints } from '../users/user-constraints.ts';
import { User } from '../users/user.ts';
import { mailAlreadyRegistered, mailVerification } from './account-mails.ts';
import { hashNewPassword } from './hash-new-password.ts';
import { mayMail } from './may-mail.ts';
import { startSession } from './start-session.ts';

/**
 * Makes an account for whoever asks, on the default plan. Where addresses must be verified, an address that has an
 * account gets the same answer as a new one, and its owner a mail.
 *
 * @throws DomainError registration_closed, bad_request (password), email_taken, username_taken, overloaded
 */
export async function register(
  ctx: DomainContext,
  input: Parsed<typeof registerInput>,
): Promise<Registered> {
  const settings = await readSettings(ctx.em);
  if (!settings['auth.registration_open']) {
    throw new DomainError('registration_closed', 'Accounts are made by the operator here.');
  }
  const mustVerify = settings.require_email_verification;
  const { email, password, cookies: _, ...names } = input;
  // Before the look-up, so that a known address takes as long as a new one.
  const passwordHash = await hashNewPassword(ctx, password, [email, ...Object.values(names)]);
  return withConstraints(userConstraints, () =>
    ctx.em.transactional(async (em) => {
      if (mustVerify && (await em.count(User, { email })) > 0) {
        if (await mayMail(ctx, em, 'already_registered', email)) {
          await mailAlreadyRegistered(ctx, em, email);
        }
        return { session: null };
      }
      const made = newUser(em, await defaultPlan(em), ctx.now, {
        ...names,
        email,
        passwordHash,
        status: mustVerify ? 'pending' : 'active',
      });
      await em.flush();
      const user = await findUser(em, made.id);
      let session = null;
      if (mustVerify) await mailVerification(ctx, em, user);
      else {
        await enqueueMail(ctx, em, email, 'welcome', {
          name: user.name ?? user.firstName ?? null,
          link: `${ctx.publicUrl}/portal`,
        });
        session = await startSession(ctx, em, user);
      }
      await recordAudit(ctx, em, {
        action: 'auth.registered',
        by: user,
        target: { kind: 'user', id: user.id, label: email },
      });
      return { session };
    }),
  );
}
