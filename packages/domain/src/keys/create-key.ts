import {
  keysPerUserMax,
  type CreatedKey,
  type createKeyInput,
  type Parsed,
} from '@apigate/contract';
import { ref } from '@mikro-orm/core';
import { authorize, authorizeOn } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../ids.ts';
import { enqueueMail } from '../mail/enqueue-mail.ts';
import { readSettings } from '../settings/read-settings.ts';
import { callerOrNamed } from '../users/caller-or-named.ts';
import { findUserForUpdate } from '../users/find-user.ts';
import { digestApiKey, generateApiKey, visiblePartsOfApiKey } from './api-key-format.ts';
import { Key } from './key.ts';
import { keyView } from './key-view.ts';

/**
 * Issues a key. Its secret is in the answer and nowhere else.
 *
 * @throws DomainError not_found, forbidden, key_limit_reached, bad_request (expiry in the past)
 */
export async function createKey(
  ctx: DomainContext,
  input: Parsed<typeof createKeyInput>,
): Promise<CreatedKey> {
  const { actor, now, secrets } = ctx;
  authorize(actor, 'keys.create');
  refusePastExpiry(input.expiresAt, now);
  return ctx.em.transactional(async (em) => {
    // Locked, so that parallel calls count each other's keys.
    const user = await findUserForUpdate(em, callerOrNamed(actor, input.user));
    authorizeOn(actor, 'keys.create', user, 'keys.read', 'user');
    const keysMax = user.status === 'pending' ? 1 : keysPerUserMax;
    if ((await em.count(Key, { user: user.id, revokedAt: null })) >= keysMax) {
      throw new DomainError(
        'key_limit_reached',
        user.status === 'pending'
          ? 'One key is all until the e-mail address is verified.'
          : `A user can have ${keysMax} keys. Revoke one first.`,
      );
    }
    const secret = generateApiKey((await readSettings(em))['keys.prefix']);
    const key = em.create(Key, {
      id: newId(),
      user: ref(user),
      name: input.name,
      kind: 'key',
      ...visiblePartsOfApiKey(secret),
      digest: digestApiKey(secret, secrets.keyPepper),
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
  });
}

/** @throws DomainError bad_request */
export function refusePastExpiry(expiresAt: Date | null | undefined, now: Date): void {
  if (expiresAt != null && expiresAt <= now) {
    throw new DomainError('bad_request', 'The expiry lies in the past.', {
      errors: [{ path: 'expiresAt', message: 'must lie in the future' }],
    });
  }
}
