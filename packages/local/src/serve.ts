import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import {
  migrateDatabase,
  openOrm,
  PasswordHasher,
  issueSetupToken,
  renewServiceKey,
  system,
  type DomainContext,
  type DomainSecrets,
} from '@apigate/domain';
import { AppProcess } from './app-process.ts';
import { readConfig, type LocalConfig } from './config.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { firstRun, pointAtSampleApi, sampleApiUrl, type Quickstart } from './first-run.ts';
import { requireFreePorts } from './free-ports.ts';
import { localSecrets, type LocalSecrets } from './local-secrets.ts';
import { writePrivateFile } from './private-file.ts';
import { startSampleApi } from './sample-api.ts';
import { welcome } from './welcome.ts';

const say = (line: string) => void process.stdout.write(`apigate: ${line}\n`);

/**
 * Runs apigate on this machine until it is told to stop: the database unless `DATABASE_URL` names one, the schema, the
 * first run, and both planes, or the one that is asked for.
 *
 * @throws Error with a sentence to act on when it cannot start
 */
export async function serve(options: { only?: 'api' | 'proxy' } = {}): Promise<void> {
  const stopped = stopSignal();
  const config = readConfig(process.env);
  if (options.only !== undefined && config.databaseUrl === null) {
    throw new Error('With --only, set DATABASE_URL: the two planes share one PostgreSQL.');
  }
  const names = options.only === undefined ? (['api', 'proxy'] as const) : [options.only];
  await requireFreePorts(
    config.host,
    // A proxy alone may come to the port of the one that it replaces; it says itself when it cannot.
    options.only === 'proxy'
      ? []
      : config.ports.filter(({ name }) => names.some((app) => portOf[app] === name)),
  );
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  await chmod(config.dataDir, 0o700);
  const secrets = await localSecrets(config.dataDir, process.env, {
    mayMake: options.only === undefined,
  });

  await using stack = new AsyncDisposableStack();
  const databaseUrl = config.databaseUrl ?? (await startDatabase(stack, config.dataDir));
  const env = {
    ...process.env,
    ...secrets,
    DATABASE_URL: databaseUrl,
    APIGATE_DATA_DIR: config.dataDir,
  };
  const prepared =
    options.only === 'proxy' ? null : await prepare(stack, databaseUrl, secrets, config);

  const apps = names.map(
    (name) => new AppProcess({ name, env, logFile: logFileOf(config, options.only, name), say }),
  );
  for (const app of apps) stack.defer(() => app.stop());
  await Promise.race([Promise.all(apps.map((app) => app.start())), stopped]);
  if (prepared !== null) process.stdout.write(welcome(config, prepared));
  await stopped;
  say('stopping');
}

const portOf = { api: 'APIGATE_PORT', proxy: 'APIGATE_PROXY_PORT' } as const;

/** Resolves when the terminal, a supervisor or the end of the process that started us says stop. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve());
    }
    process.on('disconnect', () => resolve());
    // Listening alone would keep us here for as long as whoever started us.
    process.channel?.unref();
  });
}

async function startDatabase(stack: AsyncDisposableStack, dataDir: string): Promise<string> {
  const database = stack.use(
    await startEmbeddedPostgres({
      dir: path.join(dataDir, 'postgres'),
      durable: true,
      log: () => undefined,
    }),
  );
  return database.url;
}

/** Beside both planes, logs would hide what a newcomer looks for; a plane alone logs to its own output. */
function logFileOf(config: LocalConfig, only: string | undefined, name: string): string | null {
  return only === undefined ? path.join(config.dataDir, `${name}.log`) : null;
}

/** What was found out and made before the apps start. */
export interface Prepared {
  /** The credentials of a quickstart that was made just now. */
  made: Quickstart | null;
  /** The one-time token of the setup page, where there is no admin yet. */
  setupToken: string | null;
}

/** Brings the database up to date and fills an empty one; lets this machine's CLI in. */
async function prepare(
  stack: AsyncDisposableStack,
  databaseUrl: string,
  secrets: LocalSecrets,
  config: LocalConfig,
): Promise<Prepared> {
  const applied = await migrateDatabase(databaseUrl);
  if (applied > 0) say(`brought the database up to date (${applied} migrations)`);
  const orm = await openOrm(databaseUrl);
  try {
    const keyPepper = Buffer.from(secrets.APIGATE_KEY_PEPPER, 'utf8');
    const domainSecrets: DomainSecrets = {
      keyPepper,
      encryptionKey: Buffer.from(secrets.APIGATE_ENCRYPTION_KEY, 'utf8'),
      jwtSecrets: [Buffer.from(secrets.JWT_SECRET, 'utf8')],
      accessTokenSeconds: 3600,
    };
    const ctx: DomainContext = {
      em: orm.em.fork(),
      actor: system,
      now: new Date(),
      secrets: domainSecrets,
      passwords: new PasswordHasher({ cost: config.bcryptCost, pepper: keyPepper }),
      publicUrl: config.apiUrl,
      origin: null,
    };
    const made = await firstRun(ctx, config);
    const sampleUrl = await sampleApiUrl(ctx);
    if (sampleUrl !== null) {
      const sample = stack.use(await startSampleApi(Number(sampleUrl.port)));
      await pointAtSampleApi(ctx, sample.url);
    }
    const token = await renewServiceKey(
      orm.em.fork(),
      domainSecrets,
      'This machine',
      ['admin'],
      ctx.now,
    );
    const local = { apiUrl: config.localApiUrl, token };
    await writePrivateFile(
      path.join(config.dataDir, 'local.json'),
      `${JSON.stringify(local, null, 2)}\n`,
    );
    return { made, setupToken: await issueSetupToken(ctx) };
  } finally {
    await orm.close();
  }
}
