import { camelCased } from './camel-case.ts';
import { type Listing, listing } from './listing.ts';
import { queryOf } from './query-of.ts';
import type { Transport, Upload } from './transport.ts';
import type {
  BulkUsersInput,
  BulkUsersResult,
  CreateUserInput,
  ExportUsersInput,
  ImportUsersInput,
  ListUsersInput,
  SuspendUserInput,
  UpdateUserInput,
  User,
  UserImport,
} from './types.ts';

/** A hundred thousand users take some seconds; a slow line takes longer. */
const importMsMax = 30 * 60_000;

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
    /**
     * Does one thing to up to 1,000 users, named in `users` or described in `where`. Who cannot have it done is skipped;
     * `dryRun` tells of up to 10,000 what would become of them.
     */
    bulk: (input: BulkUsersInput): Promise<BulkUsersResult> =>
      transport.mutate('users.bulk', input),
    /**
     * Makes users of a CSV file with the columns `email,name,plan_name` and, where wanted, `username`, `role`, `status`,
     * `metadata`, `first_name`, `last_name`, `external_id`. One faulty row refuses all of it, with `bad_request` and an
     * error for each fault by its line (`lines.3.email`), unless `skipFaulty` is set.
     */
    import: async (file: Upload, input: ImportUsersInput = {}): Promise<UserImport> => {
      const path = `/admin/users/import${queryOf(input)}`;
      // The cast: the server has parsed its answer with the schema that the type comes from.
      return camelCased(
        await transport.upload('POST', path, file, 'text/csv', importMsMax),
      ) as UserImport;
    },
    /** Users as the text of a file, oldest first, part by part: CSV that `import` takes, or a JSON array. */
    export: (input: ExportUsersInput = {}): AsyncGenerator<string> =>
      transport.download(`/admin/users/export${queryOf(input)}`),
  };
}
