/** What tables of documents promise, a row each; every row has a test of its own in `tables.test.ts`. */
export const tableRows = {
  'properties of a user': [
    'id',
    'email',
    'name',
    'password_hash',
    'plan_id',
    'status',
    'role',
    'metadata',
    'stripe_customer_id',
    'email_verified_at',
    'created_at',
    'last_login_at',
  ],
  'access by status': ['active', 'pending', 'suspended'],
  'fields of an account in GraphQL': [
    'id',
    'username',
    'email',
    'password',
    'firstName',
    'lastName',
    'role',
    'isActive',
    'createdAt',
    'updatedAt',
  ],
  'roles in GraphQL': ['USER', 'MODERATOR', 'ADMIN'],
  'actions by role': [
    'Read own data',
    'Update own data',
    'Read all users',
    'Update other users',
    'Delete users',
    'Manage credentials',
    'System configuration',
  ],
  'access tokens': ['Expiration', 'Secret', 'Algorithm'],
  'deeds in the audit log': [
    '[AuthService] User login',
    '[UsersService] User created',
    '[UsersService] User updated',
  ],
  'fields of an access record': [
    'timestamp',
    'userId',
    'method',
    'endpoint',
    'query',
    'statusCode',
    'responseTime',
  ],
  'GraphQL requests by role': ['USER', 'MODERATOR', 'ADMIN'],
} as const satisfies Record<string, readonly string[]>;

/**
 * The rows of documents that have a test.
 *
 * @param tables the names of the rows, table by table; each is compared with the one of ours that has most of them.
 */
export function rowsWithTest(tables: readonly (readonly string[])[]): string[] {
  const ours: (readonly string[])[] = Object.values(tableRows);
  return tables.flatMap((table) => {
    const found = ours.map((rows) => table.filter((row) => rows.includes(row)));
    const best = found.reduce((most, rows) => (rows.length > most.length ? rows : most), []);
    ours.splice(found.indexOf(best), 1);
    return best;
  });
}
