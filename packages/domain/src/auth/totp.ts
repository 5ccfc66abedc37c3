import type {
  confirmTotpInput,
  disableTotpInput,
  Parsed,
  RecoveryCodes,
  Security,
  TotpEnrolment,
} from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Secret } from 'otpauth';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { enqueueMail } from '../mail/enqueue-mail.ts';
import { openSecret, sealSecret } from '../secret-box.ts';
import { readSettings } from '../settings/read-settings.ts';
import { findUserForUpdate } from '../users/find-user.ts';
import { User } from '../users/user.ts';
import { endSessions } from './end-sessions.ts';
import { GuessGuard } from './guess-guard.ts';
import { callerId, reauthenticate } from './reauthenticate.ts';
import { RecoveryCode } from './recovery-code.ts';
import {
  renewRecoveryCodes,
  stepOfCode,
  totpOf,
  totpPurpose,
  useSecondFactor,
} from './second-factor.ts';

function wrongCode(): DomainError {
  return new DomainError('invalid_credentials', 'The code is wrong, or was used before.', {
    errors: [{ path: 'code', message: 'is wrong, or was used before' }],
  });
}

/** How the caller's account is secured. */
export async function getSecurity(ctx: DomainContext): Promise<Security> {
  const id = callerId(ctx);
  const user = await ctx.em.findOneOrFail(User, { id }, { populate: ['passwordHash', 'totp'] });
  return {
    hasPassword: user.passwordHash != null,
    totpEnabled: user.totp != null,
    recoveryCodesLeft: await ctx.em.count(RecoveryCode, { user: id }),
    mustEnrolSecondFactor: ctx.actor.kind === 'user' && ctx.actor.mustEnrolSecondFactor,
  };
}

/**
 * Begins to set up a second factor; it counts once a code of it has been confirmed.
 *
 * @throws DomainError invalid_credentials, second_factor_on, overloaded
 */
export async function beginTotp(
  ctx: DomainContext,
  input: { currentPassword: string },
): Promise<TotpEnrolment> {
  const user = await reauthenticate(ctx, input.currentPassword);
  if (user.totp != null) {
    throw new DomainError(
      'second_factor_on',
      'A second factor is set up already. Remove it first.',
    );
  }
  const secret = new Secret({ size: 20 }).base32;
  user.totpPending = sealSecret(ctx.secrets.encryptionKey, totpPurpose, secret);
  await ctx.em.flush();
  return { secret, uri: totpOf(secret, user.email).toString() };
}

/**
 * Turns the second factor on with a first code. Other sessions end.
 *
 * @throws DomainError invalid_credentials, bad_request
 */
export async function confirmTotp(
  ctx: DomainContext,
  input: Parsed<typeof confirmTotpInput>,
): Promise<RecoveryCodes> {
  const id = callerId(ctx);
  return ctx.em.transactional(async (em) => {
    const user = await findUserForUpdate(em, id);
    await em.populate(user, ['totp', 'totpPending']);
    if (user.totpPending == null) {
      throw new DomainError('bad_request', 'Begin to set up the second factor first.');
    }
    const secret = openSecret(ctx.secrets.encryptionKey, totpPurpose, user.totpPending);
    const step = stepOfCode(secret, input.code.replaceAll(' ', ''), ctx.now);
    if (step === null) throw wrongCode();
    user.totp = user.totpPending;
    user.totpPending = null;
    user.totpLastStep = step;
    const recoveryCodes = await renewRecoveryCodes(em, user);
    await secondFactorChanged(ctx, em, user, true);
    return { recoveryCodes };
  });
}

/**
 * Takes the second factor away.
 *
 * @throws DomainError invalid_credentials, forbidden (where admins must have one), overloaded
 */
export async function disableTotp(
  ctx: DomainContext,
  input: Parsed<typeof disableTotpInput>,
): Promise<{ ok: true }> {
  const owner = await reauthenticate(ctx, input.currentPassword);
  if (owner.role === 'admin' && (await readSettings(ctx.em))['auth.require_2fa_for_admins']) {
    throw new DomainError('forbidden', 'Admins must have a second factor here.');
  }
  await requireCode(ctx, owner, input.code);
  return ctx.em.transactional(async (em) => {
    const user = await findUserForUpdate(em, owner.id);
    user.totp = null;
    user.totpPending = null;
    await em.nativeDelete(RecoveryCode, { user: user.id });
    await secondFactorChanged(ctx, em, user, false);
    return { ok: true };
  });
}

/** Makes new recovery codes in place of those before. @throws DomainError invalid_credentials, overloaded */
export async function remakeRecoveryCodes(
  ctx: DomainContext,
  input: Parsed<typeof disableTotpInput>,
): Promise<RecoveryCodes> {
  const owner = await reauthenticate(ctx, input.currentPassword);
  await requireCode(ctx, owner, input.code);
  return ctx.em.transactional(async (em) => {
    const user = await findUserForUpdate(em, owner.id);
    const recoveryCodes = await renewRecoveryCodes(em, user);
    await recordAudit(ctx, em, {
      action: 'auth.recovery_codes_renewed',
      target: { kind: 'user', id: user.id, label: user.email },
    });
    return { recoveryCodes };
  });
}

async function requireCode(ctx: DomainContext, user: User, code: string): Promise<void> {
  const guard = new GuessGuard(ctx, { account: `code:${user.id}`, deviceId: user.id, ip: '' });
  const isRight =
    (await guard.admit()) && (await useSecondFactor(ctx.em, ctx.secrets, user, code, ctx.now));
  if (!isRight) {
    await guard.failed();
    throw wrongCode();
  }
  await guard.succeeded();
}

async function secondFactorChanged(
  ctx: DomainContext,
  em: EntityManager,
  user: User,
  enabled: boolean,
): Promise<void> {
  user.updatedAt = ctx.now;
  await endSessions(em, user, ctx.actor);
  await enqueueMail(ctx, em, user.email, 'second_factor_changed', { enabled });
  await recordAudit(ctx, em, {
    action: enabled ? 'auth.second_factor_enabled' : 'auth.second_factor_disabled',
    target: { kind: 'user', id: user.id, label: user.email },
  });
}
