import { fileURLToPath } from 'node:url';
import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, MikroORM } from '@mikro-orm/postgresql';
import { Client, type Pool } from 'pg';
import { AuditRow } from './audit/audit-row.ts';
import { EmailChange } from './auth/email-change.ts';
import { OneTimeToken } from './auth/one-time-token.ts';
import { RecoveryCode } from './auth/recovery-code.ts';
import { Session } from './auth/session.ts';
import { SignInGuard } from './auth/sign-in-guard.ts';
import { boundSilence } from './bounded-silence.ts';
import { Invite } from './invites/invite.ts';
import { Key } from './keys/key.ts';
import { ServiceKey } from './keys/service-key.ts';
import { OutboxMail } from './mail/outbox-mail.ts';
import { Plan } from './plans/plan.ts';
import { Route } from './routing/route.ts';
import { Upstream } from './routing/upstream.ts';
import { Setting } from './settings/setting.ts';
import { User } from './users/user.ts';
import { View } from './views/view.ts';

/** The ORM's settings for the database at `url`; one place for server, migrations and tests. */
export function ormConfig(url: string) {
  return defineConfig({
    clientUrl: url,
    entities: [
      AuditRow,
      EmailChange,
      Invite,
      Key,
      OneTimeToken,
      OutboxMail,
      Plan,
      RecoveryCode,
      Route,
      ServiceKey,
      Session,
      Setting,
      SignInGuard,
      Upstream,
      User,
      View,
    ],
    extensions: [Migrator],
    forceUtcTimezone: true,
    pool: { min: 0, max: 10 },
    // Usage and the change log are written by SQL alone (see migrations), so the schema diff leaves them be.
    schemaGenerator: {
      skipTables: [
        /^usage_/,
        'quota_periods',
        'change_log',
        'audit_head',
        'access_records',
        'idempotent_answers',
        'api_reference',
      ],
      ignoreTriggers: true,
      ignoreRoutines: true,
    },
    migrations: {
      path: fileURLToPath(new URL('../migrations', import.meta.url)),
      emit: 'ts',
      snapshotName: '.snapshot',
      tableName: 'migrations',
      transactional: true,
      silent: true,
    },
  });
}

/** The open ORM, as the apps hold it. */
export type Orm = MikroORM;

/**
 * Opens the ORM. The caller closes it.
 *
 * @param silenceMaxMs for how long the database may take to connect, or to answer a statement, before it counts as
 *   away; null for as long as it likes, which migrations need.
 */
export async function openOrm(url: string, silenceMaxMs: number | null = null): Promise<Orm> {
  const config = ormConfig(url);
  if (silenceMaxMs === null) return MikroORM.init(config);
  const driverOptions = {
    // Who waited for a connection may still have to wait for an answer.
    connectionTimeoutMillis: silenceMaxMs / 2,
    onPoolCreated: (pool: Pool) => boundSilence(pool, silenceMaxMs),
  };
  return MikroORM.init({ ...config, driverOptions });
}

/** Whether the database answers now. The ORM's own `isConnected` says no until something else has connected. */
export async function databaseAnswers(orm: Orm): Promise<boolean> {
  try {
    await orm.em.fork().execute('select 1');
    return true;
  } catch {
    return false;
  }
}

/**
 * Brings the database at `url` to the newest schema. Several may call it at once: they take turns.
 *
 * @returns how many migrations were applied.
 */
export async function migrateDatabase(url: string): Promise<number> {
  const turn = new Client({ connectionString: url });
  await turn.connect();
  const orm = await openOrm(url);
  try {
    await turn.query(`select pg_advisory_lock(hashtext('apigate:migrations'))`);
    return (await orm.migrator.up()).length;
  } finally {
    await orm.close(true);
    await turn.end();
  }
}
