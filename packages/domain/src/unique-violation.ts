import type { ErrorCode } from '@apigate/contract';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { DomainError } from './errors.ts';

type Messages = Readonly<Record<string, readonly [ErrorCode, string]>>;

/**
 * Runs `work` and turns a broken unique constraint into the domain error that `messages` names for it. Uniqueness is
 * the database's: nothing is looked up before.
 *
 * @param messages from a constraint's name to code and message.
 */
export async function withUniqueness<T>(messages: Messages, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) {
      const constraint: unknown = Reflect.get(error, 'constraint');
      const known = typeof constraint === 'string' ? messages[constraint] : undefined;
      if (known !== undefined) throw new DomainError(known[0], known[1], { cause: error });
    }
    throw error;
  }
}
