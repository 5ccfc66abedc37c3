import { type Listing, listing } from './listing.ts';
import type { Transport } from './transport.ts';
import type {
  CreateUserInput,
  ListUsersInput,
  SuspendUserInput,
  UpdateUserInput,
  User,
} from './types.ts';

/** Accounts. A `ref` is an id, e-mail address, username or external id. */
export function usersApi(transport: Transport) {
  return {
    /** Newest first; `await` for one page, `for await` for every user. */
    list: (input: ListUsersInput = {}): Listing<User> =>
      listing((cursor = input.cursor) => transport.query('users.list', { ...input, cursor })),
    get: (ref: string): Promise<User> => transport.query('users.get', { user: ref }),
    create: (input: CreateUserInput): Promise<User> => transport.mutate('users.create', input),
    /** Changes what is given; `null` clears. */
    update: (ref: string, changes: Omit<UpdateUserInput, 'user'>): Promise<User> =>
      transport.mutate('users.update', { ...changes, user: ref }),
    /** Stops sign-in and every key at once, until `activate`. */
    suspend: (ref: string, options: Omit<SuspendUserInput, 'user'> = {}): Promise<User> =>
      transport.mutate('users.suspend', { ...options, user: ref }),
    activate: (ref: string): Promise<User> => transport.mutate('users.activate', { user: ref }),
    /** Marks the e-mail address as verified. */
    verify: (ref: string): Promise<User> => transport.mutate('users.verify', { user: ref }),
    /** Sets a password and ends the user's sessions. */
    setPassword: (ref: string, password: string): Promise<User> =>
      transport.mutate('users.setPassword', { user: ref, password }),
    /** Takes away a second factor that its owner has lost; the user's sessions end. */
    resetSecondFactor: (ref: string): Promise<User> =>
      transport.mutate('users.resetSecondFactor', { user: ref }),
    /** Final: revokes the user's keys, removes their usage, ends their sessions and subscription. */
    delete: (ref: string): Promise<{ id: string }> =>
      transport.mutate('users.delete', { user: ref }),
  };
}
