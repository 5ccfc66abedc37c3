import { ForeignKeyConstraintViolationException } from '@mikro-orm/core';

/** What PostgreSQL says, from version 18 on, of a row that cannot go because a `restrict` key points at it. */
const restrictViolation = '23001';

/** Whether a deletion failed because other rows still refer to the row. */
export function isStillReferenced(error: unknown): boolean {
  if (error instanceof ForeignKeyConstraintViolationException) return true;
  return error instanceof Error && Reflect.get(error, 'code') === restrictViolation;
}
