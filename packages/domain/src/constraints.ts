import type { ErrorCode } from '@apigate/contract';
import { ConstraintViolationException } from '@mikro-orm/core';
import { DomainError } from './errors.ts';

type Messages = Readonly<Record<string, readonly [ErrorCode, string]>>;

/**
 * Runs `work` and turns a broken constraint into the domain error that `messages` names for it. That a name is unique
 * and that what is referred to exists is the database's to say: whatever was looked up before may be gone by now.
 *
 * @param messages from a constraint's name to code and message.
 */
export async function withConstraints<T>(messages: Messages, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConstraintViolationException) {
      const constraint: unknown = Reflect.get(error, 'constraint');
      const known = typeof constraint === 'string' ? messages[constraint] : undefined;
      if (known !== undefined) throw new DomainError(known[0], known[1], { cause: error });
    }
    throw error;
  }
}
