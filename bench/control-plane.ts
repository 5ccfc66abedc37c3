import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createPlanInput, createUserInput } from '@apigate/contract';
import {
  createPlan,
  createUser,
  migrateDatabase,
  openOrm,
  PasswordHasher,
  system,
  type DomainContext,
} from '@apigate/domain';
import { startEmbeddedPostgres } from '@apigate/local';
import { serve } from './programs.ts';
import { freePort, waitUntilReady } from './ready.ts';

const main = path.resolve(import.meta.dirname, '../apps/api/src/main.ts');

/** The password of every user here. */
export const password = 'correct horse battery staple';

/** What the programs over one database have in common. */
export interface Variables extends Record<string, string> {
  DATABASE_URL: string;
  APIGATE_KEY_PEPPER: string;
  APIGATE_ENCRYPTION_KEY: string;
}

/** The control plane as it is in production, in a process of its own. */
export interface ControlPlane extends AsyncDisposable {
  url: string;
  /** What it shares with every other program over its database. */
  variables: Readonly<Variables>;
  signIn: (guess: Guess) => Promise<Response>;
}

/** One try to sign in, as from an address behind a proxy that is trusted. */
export interface Guess {
  email: string;
  password: string;
  ip: string;
  /** Cookie of a browser that is known, or is to be. */
  device?: string;
}

/** Fills a database with users, all with the same password, and starts the control plane over it. */
export async function startControlPlane(
  dir: string,
  cost: number,
  users: readonly { email: string; status?: 'active' | 'pending' }[],
): Promise<ControlPlane> {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(
    await startEmbeddedPostgres({
      dir: path.join(dir, 'postgres'),
      durable: true,
      log: () => undefined,
    }),
  );
  await migrateDatabase(database.url);
  const secret = () => randomBytes(32).toString('base64url');
  const [pepper, encryptionKey, jwtSecret] = [secret(), secret(), secret()];
  const orm = await openOrm(database.url);
  try {
    await orm.em.fork().transactional(async (em) => {
      const ctx: DomainContext = {
        em,
        actor: system,
        now: new Date(),
        secrets: {
          keyPepper: Buffer.from(pepper),
          encryptionKey: Buffer.from(encryptionKey),
          jwtSecrets: [],
          accessTokenSeconds: 1,
        },
        passwords: new PasswordHasher({ cost, pepper: Buffer.from(pepper) }),
        publicUrl: 'http://localhost',
        origin: null,
      };
      await createPlan(ctx, createPlanInput.parse({ name: 'Bench', isDefault: true }));
      for (const user of users) await createUser(ctx, createUserInput.parse(user));
      // Hashed once, because at this cost a hash for each would take longer than the rest.
      await em.execute('update users set password_hash = ?', [await ctx.passwords.hash(password)]);
    });
  } finally {
    await orm.close();
  }
  const port = await freePort();
  const variables = {
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    APIGATE_KEY_PEPPER: pepper,
    APIGATE_ENCRYPTION_KEY: encryptionKey,
    APIGATE_LOG_LEVEL: 'warn',
  };
  opening.use(
    await serve([process.execPath, main], {
      ...variables,
      APIGATE_PORT: String(port),
      JWT_SECRET: jwtSecret,
      BCRYPT_COST: String(cost),
      APIGATE_TRUSTED_PROXIES: '127.0.0.1/32',
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(`${url}/readyz`);
  const opened = opening.move();
  return {
    url,
    variables,
    signIn: ({ ip, device, ...guess }) =>
      fetch(`${url}/auth/login`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': ip,
          'sec-fetch-site': 'same-origin',
          ...(device === undefined ? {} : { cookie: `apigate_device=${device}` }),
        },
        body: JSON.stringify({ ...guess, cookies: device !== undefined }),
      }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
