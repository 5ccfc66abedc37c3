import { createHash } from 'node:crypto';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { notFound } from './access/authorize.ts';
import type { DomainContext } from './context.ts';
import { DomainError } from './errors.ts';

/** What changes by use alone: it makes no other version, or nobody could change what is in use. */
const changedByUse: ReadonlySet<string> = new Set(['lastLoginAt', 'lastUsedAt', 'userCount']);

/** JSON of a value in which the order of fields makes no difference. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** The version of an object, as its view shows it: another one after every change of what people set. */
export function versionOf(view: object): string {
  const settable = Object.entries(view).filter(([field]) => !changedByUse.has(field));
  const digest = createHash('sha256').update(canonicalJson(Object.fromEntries(settable)));
  return digest.digest('base64url').slice(0, 22);
}

/**
 * Refuses to go on where the caller expected another version. Call it in the transaction of the change, once the row is
 * locked: of two who start from the same version, one gets through.
 *
 * @throws DomainError precondition_failed
 */
export function requireVersion(ctx: DomainContext, view: object): void {
  if (ctx.expectedVersions?.includes(versionOf(view)) === false) {
    throw changedSince();
  }
}

function changedSince(): DomainError {
  return new DomainError(
    'precondition_failed',
    'This was changed since you read it. Read it again, then repeat your change.',
  );
}

/**
 * Refuses to go on where an object is not as the caller read it. Call it where {@link requireVersion} is called.
 *
 * @param unchangedSince its `updatedAt` as it was read; undefined takes it as it is.
 * @throws DomainError precondition_failed
 */
export function requireUnchanged(
  { updatedAt }: { updatedAt: Date },
  unchangedSince: Date | undefined,
): void {
  if (unchangedSince === undefined || updatedAt.getTime() === unchangedSince.getTime()) return;
  throw changedSince();
}

/**
 * Locks the row of an entity until the transaction ends, and reads it again: who had to wait sees what the other did.
 *
 * @param noun what is not found when it went meanwhile.
 * @throws DomainError not_found
 */
export async function lockRow(em: EntityManager, entity: object, noun: string): Promise<void> {
  const locked = await em.refresh(entity, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (locked === null) throw notFound(noun);
}
