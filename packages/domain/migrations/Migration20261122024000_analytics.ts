import { Migration } from '@mikro-orm/migrations';

const sums = ['requests', 'units', 'bytes_in', 'bytes_out', 'latency_us'];
const bigints = (columns: readonly string[]) =>
  columns.map((column) => `"${column}" bigint not null default 0`).join(', ');
const sumsOf = (columns: readonly string[]) => columns.map((column) => `sum(${column})`).join(', ');
const buckets = Array.from({ length: 29 }, (_, at) => `sum(latency_histogram[${at + 1}])`);
const errors = `coalesce(sum(requests) filter (where outcome in ('4xx', '5xx', 'refused')), 0)`;

/** What analytics reads where going over the usage of every user would take too long. */
export class Migration20261122024000_analytics extends Migration {
  override name = 'Migration20261122024000_analytics';

  override up(): void {
    // A proxy that is storing takes a shard that no other is storing into, so that none waits for another's transaction.
    this.addSql(`create function "usage_shard"() returns smallint language plpgsql as $$
      begin
        for shard in 0..7 loop
          if pg_try_advisory_xact_lock(hashtext('usage_shard'), shard) then return shard; end if;
        end loop;
        return pg_backend_pid() % 8;
      end $$`);
    for (const [table, from, bucket, type] of [
      ['usage_total_hours', 'usage_hours', 'hour', 'timestamptz(0)'],
      ['usage_total_days', 'usage_days', 'day', 'date'],
    ]) {
      this.addSql(`create table "${table}" (
        "${bucket}" ${type} not null,
        "route_id" uuid null,
        "outcome" text not null,
        "shard" smallint not null,
        ${bigints(sums)},
        "latency_histogram" bigint[] not null,
        constraint "${table}_unique" unique nulls not distinct ("${bucket}", "route_id", "outcome", "shard")
      )`);
      this.addSql(`insert into "${table}"
        select ${bucket}, route_id, outcome, 0, ${sumsOf(sums)}, array[${buckets.join(', ')}]::bigint[]
        from ${from} group by 1, 2, 3`);
    }

    this.addSql(`alter table "quota_periods"
      add "requests" bigint not null default 0, add "errors" bigint not null default 0,
      add "bytes_in" bigint not null default 0, add "bytes_out" bigint not null default 0`);
    this.addSql(`create index "quota_periods_period_start_user_id_index"
      on "quota_periods" ("period_start", "user_id")`);
    this.addSql(`update quota_periods q
      set requests = d.requests, errors = d.errors, bytes_in = d.bytes_in, bytes_out = d.bytes_out
      from (
        select user_id, date_trunc('month', day)::date as period_start, sum(requests) as requests, ${errors} as errors,
          sum(bytes_in) as bytes_in, sum(bytes_out) as bytes_out
        from usage_days where user_id is not null group by 1, 2
      ) d where d.user_id = q.user_id and d.period_start = q.period_start`);

    this.addSql(`create table "usage_key_periods" (
      "period_start" date not null,
      "user_id" uuid not null references "users" ("id") on delete cascade,
      "key_id" uuid not null,
      ${bigints(['requests', 'errors', 'units', 'bytes_in', 'bytes_out'])},
      primary key ("period_start", "user_id", "key_id")
    )`);
    this.addSql(
      `create index "usage_key_periods_user_id_index" on "usage_key_periods" ("user_id")`,
    );
    this.addSql(`insert into "usage_key_periods"
      select date_trunc('month', day)::date, user_id, key_id, sum(requests), ${errors}, sum(units), sum(bytes_in),
        sum(bytes_out)
      from usage_days where user_id is not null and key_id is not null group by 1, 2, 3`);

    this.addSql(
      `create index "keys_user_id_revoked_at_grace_until_index" on "keys" ("user_id", "revoked_at", "grace_until");`,
    );
    this.addSql(`create table "usage_activity" (
      "user_id" uuid not null primary key references "users" ("id") on delete cascade,
      "last_at" timestamptz(3) not null
    )`);
    this.addSql(`insert into "usage_activity"
      select user_id, max(last_used_at) from keys where last_used_at is not null group by 1`);

    this.addSql(`create table "usage_metered" (
      "digest" bytea not null primary key,
      "event_id" uuid not null,
      "user_id" uuid not null references "users" ("id") on delete cascade,
      "received_at" timestamptz(3) not null
    )`);
    this.addSql(
      `create index "usage_metered_received_at_index" on "usage_metered" ("received_at")`,
    );
    this.addSql(`create index "usage_metered_user_id_index" on "usage_metered" ("user_id")`);
  }

  override down(): void {
    for (const table of [
      'usage_metered',
      'usage_activity',
      'usage_key_periods',
      'usage_total_days',
      'usage_total_hours',
    ]) {
      this.addSql(`drop table "${table}"`);
    }
    this.addSql(`drop index "keys_user_id_revoked_at_grace_until_index"`);
    this.addSql(`drop index "quota_periods_period_start_user_id_index"`);
    this.addSql(
      `alter table "quota_periods" drop "requests", drop "errors", drop "bytes_in", drop "bytes_out"`,
    );
    this.addSql(`drop function "usage_shard"()`);
  }
}
