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
/** Hundredths of a second that the last connections get to close by themselves. */
const goodbyePolls = 200;

export interface TestDatabase extends AsyncDisposable {
  url: string;
  /** Removes the database once nobody is connected to it, and after two seconds whoever still is. */
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
  const drop = async (): Promise<void> => {
    await emptied(serverUrl, name);
    await execute(serverUrl, [`drop database if exists ${name} with (force)`]);
  };
  return { url: urlOf(serverUrl, name), drop, [Symbol.asyncDispose]: drop };
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Waits for the last connections to close: a client that is cut while it says goodbye fails the test that it served. */
async function emptied(serverUrl: string, database: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    for (let polls = 0; polls < goodbyePolls; polls += 1) {
      const { rows } = await client.query(
        'select pid from pg_stat_activity where datname = $1 limit 1',
        [database],
      );
      if (rows.length === 0) return;
      await client.query('select pg_sleep(0.01)');
    }
  } finally {
    await client.end();
  }
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
