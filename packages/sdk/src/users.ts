import { ApigateError } from './apigate-error.ts';
import { camelCased } from './camel-case.ts';
import { eventsIn } from './events-in.ts';
import { type Listing, listing } from './listing.ts';
import { queryOf } from './query-of.ts';
import type { Transport, Upload } from './transport.ts';
import type {
  BulkUsersInput,
  BulkUsersResult,
  CreateUserInput,
  ExportUsersInput,
  ImportProgress,
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
     * error for each fault by its line (`lines.3.email`), unless `skipFaulty` is set. `onProgress` is told how far it is.
     */
    import: (
      file: Upload,
      input: ImportUsersInput = {},
      onProgress: (progress: ImportProgress) => void = () => undefined,
    ): Promise<UserImport> => importUsers(transport, file, input, onProgress),
    /** Users as the text of a file, oldest first, part by part: CSV that `import` takes, or a JSON array. */
    export: (input: ExportUsersInput = {}): AsyncGenerator<string> =>
      transport.download(`/admin/users/export${queryOf(input)}`),
  };
}

async function importUsers(
  transport: Transport,
  file: Upload,
  input: ImportUsersInput,
  onProgress: (progress: ImportProgress) => void,
): Promise<UserImport> {
  const answer = transport.download(`/admin/users/import${queryOf(input)}`, {
    file,
    type: 'text/csv',
    accept: 'text/event-stream',
    waitMs: importMsMax,
  });
  for await (const { name, data } of eventsIn(answer)) {
    const fields = JSON.parse(data);
    // The casts: the server has parsed its answers with the schemas that the types come from.
    if (name === 'progress') onProgress(fields as ImportProgress);
    else if (name === 'report') return camelCased(fields) as UserImport;
    else {
      const { code, detail, status, request_id: requestId, errors } = fields;
      throw new ApigateError(code, detail, { status, requestId, errors });
    }
  }
  throw new ApigateError(
    'network_error',
    'the server broke off before it told what it imported: look at the users, then try again',
  );
}
