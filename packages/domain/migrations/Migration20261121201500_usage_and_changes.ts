import { Migration } from '@mikro-orm/migrations';

/** What is written by SQL alone: usage, its rollups and quota, and the log of changes that proxies follow. */
export class Migration20261121201500_usage_and_changes extends Migration {
  override name = 'Migration20261121201500_usage_and_changes';

  override up(): void {
    this.addSql(`create table "usage_events" (
      "id" uuid not null,
      "at" timestamptz(3) not null,
      "user_id" uuid null,
      "key_id" uuid null,
      "plan_id" uuid null,
      "route_id" uuid null,
      "method" text not null,
      "path" text not null,
      "status" smallint not null,
      "refusal_code" text null,
      "units" integer not null,
      "period_start" date null,
      "bytes_in" bigint not null,
      "bytes_out" bigint not null,
      "latency_us" bigint not null,
      "upstream_latency_us" bigint null,
      "ip" text null,
      "user_agent" text null,
      primary key ("id", "at")
    ) partition by range ("at")`);
    this.addSql(
      `create index "usage_events_user_id_at_index" on "usage_events" ("user_id", "at" desc, "id" desc)`,
    );
    this.addSql(`create index "usage_events_at_index" on "usage_events" ("at" desc, "id" desc)`);

    this.addSql(`create function "usage_events_ensure_day"("day" date) returns void language plpgsql as $$
      declare
        partition_name text := 'usage_events_' || to_char("day", 'YYYYMMDD');
      begin
        if to_regclass(partition_name) is null then
          perform pg_advisory_xact_lock(hashtext('usage_events_ensure_day'));
          execute format(
            'create table if not exists %I partition of usage_events for values from (%L) to (%L)',
            partition_name,
            to_char("day", 'YYYY-MM-DD') || ' 00:00:00+00',
            to_char("day" + 1, 'YYYY-MM-DD') || ' 00:00:00+00'
          );
        end if;
      end $$`);

    for (const [table, bucket, type] of [
      ['usage_hours', 'hour', 'timestamptz(0)'],
      ['usage_days', 'day', 'date'],
    ]) {
      this.addSql(`create table "${table}" (
        "${bucket}" ${type} not null,
        "user_id" uuid null,
        "key_id" uuid null,
        "route_id" uuid null,
        "outcome" text not null,
        "requests" bigint not null,
        "units" bigint not null,
        "bytes_in" bigint not null,
        "bytes_out" bigint not null,
        "latency_us" bigint not null,
        "latency_histogram" bigint[] not null,
        constraint "${table}_unique" unique nulls not distinct
          ("${bucket}", "user_id", "key_id", "route_id", "outcome")
      )`);
      this.addSql(
        `create index "${table}_user_id_${bucket}_index" on "${table}" ("user_id", "${bucket}")`,
      );
    }
    this.addSql(`create function "usage_histogram_add"("a" bigint[], "b" bigint[]) returns bigint[]
      language sql immutable parallel safe as $$
        select array_agg(coalesce(x, 0) + coalesce(y, 0) order by i)
        from unnest("a", "b") with ordinality as t(x, y, i)
      $$`);

    this.addSql(`create table "quota_periods" (
      "user_id" uuid not null references "users" ("id") on delete cascade,
      "period_start" date not null,
      "units" bigint not null,
      primary key ("user_id", "period_start")
    )`);

    this.addSql(`create table "change_log" (
      "seq" bigint generated always as identity primary key,
      "xid" xid8 not null default pg_current_xact_id(),
      "kind" text not null,
      "id" text not null,
      "at" timestamptz not null default now()
    )`);
    this.addSql(`create index "change_log_xid_index" on "change_log" ("xid")`);
    this.addSql(`create index "change_log_at_index" on "change_log" ("at")`);
    this.addSql(`create function "record_change"() returns trigger language plpgsql as $$
      declare
        changed_id text := to_jsonb(case when tg_op = 'DELETE' then old else new end) ->> tg_argv[1];
      begin
        insert into change_log (kind, id) values (tg_argv[0], changed_id);
        perform pg_notify('apigate_changes', tg_argv[0] || ':' || changed_id);
        return null;
      end $$`);
    // What a proxy never reads (last use, sign-in counters) must not wake every proxy, hence the lists of columns.
    this.addSql(`create trigger "users_changed" after delete or update of
      email, plan_id, status, metadata on "users"
      for each row execute function record_change('user', 'id')`);
    this.addSql(`create trigger "keys_changed" after insert or delete or update of
      user_id, name, digest, scopes, allowed_ips, rate_limit_per_minute, expires_at, enabled, revoked_at,
      replaced_by, grace_until on "keys"
      for each row execute function record_change('key', 'id')`);
    for (const [table, kind, column] of [
      ['plans', 'plan', 'id'],
      ['routes', 'route', 'id'],
      ['upstreams', 'upstream', 'id'],
      ['settings', 'setting', 'name'],
    ]) {
      this.addSql(`create trigger "${table}_changed" after insert or update or delete on "${table}"
        for each row execute function record_change('${kind}', '${column}')`);
    }
  }

  override down(): void {
    for (const table of ['users', 'keys', 'plans', 'routes', 'upstreams', 'settings']) {
      this.addSql(`drop trigger "${table}_changed" on "${table}"`);
    }
    this.addSql(`drop function "record_change"()`);
    for (const table of [
      'change_log',
      'quota_periods',
      'usage_days',
      'usage_hours',
      'usage_events',
    ]) {
      this.addSql(`drop table "${table}"`);
    }
    this.addSql(`drop function "usage_histogram_add"(bigint[], bigint[])`);
    this.addSql(`drop function "usage_events_ensure_day"(date)`);
  }
}
