import { DriverException } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor } from '../access/actor.ts';
import type { DomainSecrets } from '../context.ts';
import { DomainError } from '../errors.ts';
import { openSecret, sealSecret } from '../secret-box.ts';
import { canonicalJson } from '../versions.ts';

/** For how long an answer is kept. */
const hoursKept = 24;
/** For how long a second request waits for the first one of the same key. */
const patienceMs = 2_000;
const purpose = 'idempotent-answer';
const lockNotAvailable = '55P03';

/** A request that is to have an effect once, however often it is sent. */
export interface IdempotentRequest {
  readonly actor: Extract<Actor, { kind: 'user' | 'service' }>;
  /** What the caller calls it; its own, other callers' keys are others. */
  readonly key: string;
  /** All that it asks for. */
  readonly content: unknown;
  readonly now: Date;
}

/**
 * Does `work` once for a key. Its effect, the key and its answer are written in one transaction: a crash leaves all of
 * them or none, a failure leaves none, and of several at once one works while the others wait for its answer.
 *
 * @param work gets the entity manager of that transaction; its answer is kept for 24 hours, encrypted.
 * @throws DomainError idempotency_key_in_use when the first takes long, idempotency_key_reused when it asked for
 *   something else, and what `work` throws
 */
export async function answerOnce<Answer>(
  em: EntityManager,
  secrets: DomainSecrets,
  request: IdempotentRequest,
  work: (em: EntityManager) => Promise<Answer>,
): Promise<{ answer: Answer; isRepeated: boolean }> {
  const { key, now } = request;
  const actor = `${request.actor.kind}:${request.actor.id}`;
  const content = canonicalJson(request.content);
  return em.transactional(async (tx) => {
    if (await claim(tx, actor, key, now)) {
      const answer = await work(tx);
      const sealed = sealSecret(
        secrets.encryptionKey,
        purpose,
        JSON.stringify({ content, answer }),
      );
      await tx.execute(
        'update idempotent_answers set answer_sealed = ? where actor = ? and key = ?',
        [sealed, actor, key],
      );
      return { answer, isRepeated: false };
    }
    const [row]: { sealed: string }[] = await tx.execute(
      'select answer_sealed as sealed from idempotent_answers where actor = ? and key = ?',
      [actor, key],
    );
    if (row === undefined) throw inUse();
    const kept: { content: string; answer: Answer } = JSON.parse(
      openSecret(secrets.encryptionKey, purpose, row.sealed),
    );
    if (kept.content !== content) {
      throw new DomainError(
        'idempotency_key_reused',
        'This idempotency key was used for another request. Take a new key for a new request.',
      );
    }
    return { answer: kept.answer, isRepeated: true };
  });
}

/** Whether the key is free, or was used longer ago than answers are kept. Waits for whoever is using it. */
async function claim(em: EntityManager, actor: string, key: string, now: Date): Promise<boolean> {
  const expired = new Date(now.getTime() - hoursKept * 3_600_000);
  try {
    await em.execute(`set local lock_timeout = ${patienceMs}`);
    const rows: unknown[] = await em.execute(
      `insert into idempotent_answers as kept (actor, key, answer_sealed, created_at)
       values (?, ?, '', ?)
       on conflict (actor, key) do update set answer_sealed = '', created_at = excluded.created_at
       where kept.created_at < ? returning 1`,
      [actor, key, now, expired],
    );
    await em.execute('set local lock_timeout to default');
    return rows.length > 0;
  } catch (error) {
    if (error instanceof DriverException && error.code === lockNotAvailable) throw inUse();
    throw error;
  }
}

function inUse(): DomainError {
  return new DomainError(
    'idempotency_key_in_use',
    'A request with this idempotency key is being worked on. Send it again in a moment.',
  );
}
