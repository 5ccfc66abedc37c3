import {
  keysPerUserMax,
  type CreatedKey,
  type createKeyInput,
  type Parsed,
} from '@apigate/contract';
import { ref } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { authorize, authorizeOn } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { withConstraints } from '../constraints.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../ids.ts';
import { enqueueMail } from '../mail/enqueue-mail.ts';
import { callerOrNamed } from '../users/caller-or-named.ts';
import { findUserForUpdate } from '../users/find-user.ts';
import { Key } from './key.ts';
import { keyView } from './key-view.ts';
import { keyIdConstraints, newSecret } from './new-secret.ts';
import { unended } from './unended.ts';

/**
 * Issues a key. Its secret is in the answer and nowhere else.
 *
 * @throws DomainError not_found, forbidden, key_limit_reached, key_id_taken, overloaded, bad_request (expiry in the past)
 */
export async function createKey(
  ctx: DomainContext,
  input: Parsed<typeof createKeyInput>,
): Promise<CreatedKey> {
  const { actor, now } = ctx;
  authorize(actor, 'keys.create');
  refusePastExpiry(input.expiresAt, now);
  const { secret, stored } = await newSecret(ctx, ctx.em, input);
  const create = async (em: EntityManager): Promise<CreatedKey> => {
    // Locked, so that parallel calls count each other's keys.
    const user = await findUserForUpdate(em, callerOrNamed(actor, input.user));
    authorizeOn(actor, 'keys.create', user, 'keys.read', 'user');
    const keysMax = user.status === 'pending' ? 1 : keysPerUserMax;
    if ((await em.count(Key, { $and: [{ user: user.id }, unended(now)] })) >= keysMax) {
      throw new DomainError(
        'key_limit_reached',
        user.status === 'pending'
          ? 'One key is all until the e-mail address is verified.'
          : `A user can have ${keysMax} keys. Revoke one first.`,
      );
    }
    const key = em.create(Key, {
      id: newId(),
      user: ref(user),
      name: input.name,
      kind: input.kind,
      ...stored,
      scopes: input.scopes,
      allowedIps: input.allowedIps,
      rateLimitPerMinute: input.rateLimitPerMinute,
      expiresAt: input.expiresAt,
      lastUsedAt: null,
      enabled: true,
      revokedAt: null,
      replacedBy: null,
      graceUntil: null,
      createdAt: now,
      createdBy: actor.kind === 'user' ? actor.id : null,
    });
    await em.flush();
    const view = keyView(key, now);
    await enqueueMail(ctx, em, user.email, 'key_created', {
      keyName: key.name,
      prefix: key.prefix,
      link: `${ctx.publicUrl}/portal/keys`,
    });
    await recordAudit(ctx, em, {
      action: 'keys.created',
      target: { kind: 'key', id: key.id, label: key.name },
      after: view,
    });
    return { ...view, secret };
  };
  return withConstraints(keyIdConstraints, () => ctx.em.transactional(create));
}

/** @throws DomainError bad_request */
export function refusePastExpiry(expiresAt: Date | null | undefined, now: Date): void {
  if (expiresAt != null && expiresAt <= now) {
    throw new DomainError('bad_request', 'The expiry lies in the past.', {
      errors: [{ path: 'expiresAt', message: 'must lie in the future' }],
    });
  }
}
