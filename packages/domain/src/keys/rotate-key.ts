import type { Parsed, RotatedKey, rotateKeyInput } from '@apigate/contract';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { recordAudit } from '../audit/record-audit.ts';
import { withConstraints } from '../constraints.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../ids.ts';
import { enqueueMail } from '../mail/enqueue-mail.ts';
import { findKeyFor } from './find-key.ts';
import { Key } from './key.ts';
import { keyView } from './key-view.ts';
import { keyIdConstraints, newSecret } from './new-secret.ts';
import { refuseEnded } from './update-key.ts';

/** What belongs to one secret. All else are settings, which the successor takes over, those to come included. */
const ofOneSecret: ReadonlySet<string> = new Set([
  'id',
  'keyId',
  'prefix',
  'lastFour',
  'digest',
  'secretHash',
  'lastUsedAt',
  'revokedAt',
  'replacedBy',
  'graceUntil',
  'createdAt',
  'createdBy',
]);

/**
 * Puts another key in the place of one: it takes over every setting, and until the overlap is over both work.
 *
 * @throws DomainError not_found, forbidden, key_revoked, key_expired, rotation_under_way, key_id_taken, overloaded,
 *   bad_request (a key id and secret are missing, or there is no place for them)
 */
export async function rotateKey(
  ctx: DomainContext,
  input: Parsed<typeof rotateKeyInput>,
): Promise<RotatedKey> {
  const { kind } = await findKeyFor(ctx.em.fork(), ctx.actor, 'keys.rotate', input.key);
  refuseOtherKind(kind, input.keyId);
  const { secret, stored } = await newSecret(ctx, ctx.em, input);
  const rotate = async (em: EntityManager): Promise<RotatedKey> => {
    const old = await lockKeyFor(em, ctx, input.key);
    await refuseUnfit(em, old, ctx.now);
    const { user, name, scopes, enabled } = old;
    const successor = em.create(Key, {
      ...{ user, name, kind, scopes, enabled, ...stored },
      id: newId(),
      lastUsedAt: null,
      revokedAt: null,
      replacedBy: null,
      graceUntil: null,
      createdAt: ctx.now,
      createdBy: ctx.actor.kind === 'user' ? ctx.actor.id : null,
    });
    takeOverSettings(em, old, successor);
    old.replacedBy = successor.id;
    old.graceUntil = new Date(ctx.now.getTime() + input.overlapSeconds * 1000);
    await em.flush();
    const views = { old: keyView(old, ctx.now), successor: keyView(successor, ctx.now) };
    await enqueueMail(ctx, em, user.$.email, 'key_created', {
      keyName: successor.name,
      prefix: successor.prefix,
      link: `${ctx.publicUrl}/portal/keys`,
    });
    await recordAudit(ctx, em, {
      action: 'keys.rotated',
      target: { kind: 'key', id: old.id, label: old.name },
      after: { replacedBy: successor.id, graceUntil: old.graceUntil },
    });
    return { old: views.old, successor: { ...views.successor, secret } };
  };
  return withConstraints(keyIdConstraints, () => ctx.em.transactional(rotate));
}

/** Finds a key, and keeps others from changing it meanwhile. @throws DomainError not_found, forbidden */
export async function lockKeyFor(em: EntityManager, ctx: DomainContext, id: string) {
  const key = await findKeyFor(em, ctx.actor, 'keys.rotate', id);
  await em.refresh(key, { lockMode: LockMode.PESSIMISTIC_WRITE, populate: ['user'] });
  return key;
}

function takeOverSettings(em: EntityManager, old: Key, successor: Key): void {
  for (const { name } of em.getMetadata(Key).props) {
    if (!ofOneSecret.has(name)) Object.assign(successor, { [name]: Reflect.get(old, name) });
  }
}

function refuseOtherKind(kind: Key['kind'], keyId: string | undefined): void {
  if ((kind === 'basic') === (keyId !== undefined)) return;
  const message =
    kind === 'basic'
      ? 'is needed, because this credential has a chosen key id; so is a key secret'
      : 'is for credentials of the kind basic alone';
  throw new DomainError('bad_request', `A key id ${message}.`, {
    errors: [{ path: 'keyId', message }],
  });
}

async function refuseUnfit(em: EntityManager, key: Key, now: Date): Promise<void> {
  refuseEnded(key, now);
  if (key.expiresAt != null && key.expiresAt <= now) {
    throw new DomainError(
      'key_expired',
      'This key has expired. Move its expiry, or create a new one.',
    );
  }
  const isSuccessor = { replacedBy: key.id, revokedAt: null, graceUntil: { $gt: now } };
  if (key.replacedBy != null || (await em.count(Key, isSuccessor)) > 0) {
    throw new DomainError(
      'rotation_under_way',
      'This key is part of a rotation. Finish or cancel that one first.',
    );
  }
}
