import { user as userSchema, type User as UserView } from '@apigate/contract';
import { wrap } from '@mikro-orm/core';
import type { User } from './user.ts';

/** A user, loaded with the plan, as every surface shows it. */
export function userView(user: User): UserView {
  return userSchema.parse(wrap(user).toObject());
}
