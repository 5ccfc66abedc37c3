import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import { migrateDatabase } from '../orm.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The test run's PostgreSQL, in which every database comes and goes; given by the global setup. */
    testServerUrl: string;
  }
}

const template = 'apigate_template';
const cloningLock = 20_261_121;

export interface TestDatabase extends AsyncDisposable {
  url: string;
  /** Removes the database and disconnects whoever still uses it. */
  drop: () => Promise<void>;
}

/** Makes the migrated database that every test database is a copy of; once a run, before the first test. */
export async function createTemplateDatabase(serverUrl: string): Promise<void> {
  await execute(serverUrl, [`create database ${template}`]);
  await migrateDatabase(urlOf(serverUrl, template));
}

/** Gives a test file a migrated, empty database of its own. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('testServerUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  // PostgreSQL refuses to copy a database while another session is looking into it, so the workers take turns.
  await execute(serverUrl, [
    `select pg_advisory_lock(${cloningLock})`,
    `create database ${name} template ${template}`,
  ]);
  const drop = (): Promise<void> =>
    execute(serverUrl, [`drop database if exists ${name} with (force)`]);
  return { url: urlOf(serverUrl, name), drop, [Symbol.asyncDispose]: drop };
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function execute(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
