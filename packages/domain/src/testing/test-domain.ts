import { Pool } from 'pg';
import type { Actor } from '../access/actor.ts';
import { PasswordHasher } from '../auth/password-hasher.ts';
import type { DomainContext, DomainSecrets } from '../context.ts';
import { openOrm, type Orm } from '../orm.ts';
import { createTestDatabase } from './database.ts';

/** The time at which tests happen, unless they say otherwise. */
export const testNow = new Date('2026-11-21T12:00:00.000Z');

/** Secrets good for tests alone. */
export const testSecrets: DomainSecrets = {
  keyPepper: Buffer.from('a pepper of more than 32 characters'),
  encryptionKey: Buffer.from('a master key of more than 32 characters'),
  jwtSecrets: [Buffer.from('a signing secret of more than 32 characters')],
  accessTokenSeconds: 3600,
};

/** bcrypt's smallest cost: tests want the rules, not the work. */
const testBcryptCost = 4;

/** The domain on a database of its own. */
export interface TestDomain extends AsyncDisposable {
  readonly url: string;
  readonly orm: Orm;
  /** For looking into the database past the ORM, and for what the proxy calls without it. */
  readonly db: Pool;
  readonly passwords: PasswordHasher;
  /** What a call of `actor` carries; a fresh entity manager each time. */
  context(actor: Actor, overrides?: Partial<DomainContext>): DomainContext;
  /**
   * Opens every connection that the ORM may hold. Without it calls that start at once queue up behind the one that is
   * open while the others still connect, and a race never happens.
   */
  openConnections(): Promise<void>;
}

/** Opens the domain on a migrated, empty database. */
export async function openTestDomain(): Promise<TestDomain> {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const orm = await openOrm(database.url);
  stack.defer(() => orm.close(true));
  const db = new Pool({ connectionString: database.url });
  stack.defer(() => db.end());
  const passwords = new PasswordHasher({ cost: testBcryptCost, pepper: testSecrets.keyPepper });
  return {
    url: database.url,
    orm,
    db,
    passwords,
    context: (actor, overrides = {}) => ({
      em: orm.em.fork(),
      actor,
      now: testNow,
      secrets: testSecrets,
      passwords,
      publicUrl: 'https://apigate.test',
      origin: { ip: '203.0.113.7', userAgent: 'a test', requestId: 'a-request' },
      ...overrides,
    }),
    openConnections: async () => {
      const forks = Array.from({ length: 10 }, () => orm.em.fork());
      await Promise.all(forks.map((em) => em.begin()));
      await Promise.all(forks.map((em) => em.rollback()));
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
