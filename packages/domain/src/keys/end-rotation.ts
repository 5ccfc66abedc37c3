import type { AuditAction, KeyRotation } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { notFound } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { isReplaced } from '../gateway/checks.ts';
import { findKeyFor } from './find-key.ts';
import { Key } from './key.ts';
import { keyView } from './key-view.ts';
import { lockKeyFor } from './rotate-key.ts';

/** The two keys of a rotation. */
export interface RotationKeys {
  old: Key;
  successor: Key;
}

/**
 * Goes back: the successor is revoked, and the old key goes on as if nothing had been.
 *
 * @throws DomainError not_found, forbidden, no_rotation
 */
export function cancelRotation(ctx: DomainContext, input: { key: string }): Promise<KeyRotation> {
  return endRotation(ctx, input.key, 'keys.rotation_cancelled', ({ old, successor }) => {
    successor.revokedAt ??= ctx.now;
    old.replacedBy = null;
    old.graceUntil = null;
  });
}

/**
 * Stops the old key now instead of at the end of the overlap.
 *
 * @throws DomainError not_found, forbidden, no_rotation
 */
export function finishRotation(ctx: DomainContext, input: { key: string }): Promise<KeyRotation> {
  return endRotation(ctx, input.key, 'keys.rotation_finished', ({ old }) => {
    old.graceUntil = ctx.now;
  });
}

function endRotation(
  ctx: DomainContext,
  id: string,
  action: AuditAction,
  end: (keys: RotationKeys) => void,
): Promise<KeyRotation> {
  return ctx.em.transactional(async (em) => {
    const keys = await rotationOf(em, await findKeyFor(em, ctx.actor, 'keys.rotate', id));
    // Whoever changes a rotation waits for the old key, so that what follows is as it is now.
    await lockKeyFor(em, ctx, keys.old.id);
    await em.refresh(keys.successor, { populate: ['user'] });
    if (!isUnderWay(keys, ctx.now)) throw noRotation();
    end(keys);
    await recordAudit(ctx, em, {
      action,
      target: { kind: 'key', id: keys.old.id, label: keys.old.name },
      after: { successor: keys.successor.id },
    });
    return rotationView(keys, ctx.now);
  });
}

/** Both keys of the rotation that one of them names. @throws DomainError no_rotation */
export async function rotationOf(em: EntityManager, named: Key): Promise<RotationKeys> {
  const populate = ['user'] as const;
  if (named.replacedBy != null) {
    const successor = await em.findOne(Key, { id: named.replacedBy }, { populate });
    if (successor === null) throw notFound('key');
    return { old: named, successor };
  }
  const old = await em.findOne(Key, { replacedBy: named.id }, { populate });
  if (old === null) throw noRotation();
  return { old, successor: named };
}

function isUnderWay({ old, successor }: RotationKeys, now: Date): boolean {
  const graceUntilMs = old.graceUntil?.getTime() ?? null;
  return (
    old.replacedBy === successor.id &&
    old.revokedAt == null &&
    !isReplaced({ graceUntilMs }, now.getTime())
  );
}

/** A rotation as every surface shows it. */
export function rotationView(keys: RotationKeys, now: Date): KeyRotation {
  return {
    old: keyView(keys.old, now),
    successor: keyView(keys.successor, now),
    startedAt: keys.successor.createdAt,
    isUnderWay: isUnderWay(keys, now),
  };
}

function noRotation(): DomainError {
  return new DomainError('no_rotation', 'No rotation of this key is under way.');
}
