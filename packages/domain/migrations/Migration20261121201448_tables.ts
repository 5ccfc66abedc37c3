import { Migration } from '@mikro-orm/migrations';

export class Migration20261121201448_tables extends Migration {
  override name = 'Migration20261121201448_tables';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "plans" ("id" uuid not null, "slug" text not null, "name" text not null, "description" text null, "price_monthly_cents" int not null, "currency" text not null, "requests_per_month" bigint null, "rate_limit_per_minute" bigint null, "burst" int null, "enforcement" text not null, "overage_cents_per_1000" int null, "trial_days" int not null, "is_default" boolean not null, "enabled" boolean not null, "stripe_price_id" text null, "paddle_price_id" text null, "lemon_squeezy_variant_id" text null, "features" jsonb not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`alter table "plans" add constraint "plans_slug_unique" unique ("slug");`);
    this.addSql(
      `create unique index "plans_one_default" on "plans" ("is_default") where "is_default";`,
    );
    this.addSql(`create unique index "plans_name_unique" on "plans" (lower("name"));`);

    this.addSql(
      `create table "service_keys" ("id" uuid not null, "name" text not null, "prefix" text not null, "last_four" text not null, "digest" text not null, "scopes" text[] not null, "expires_at" timestamptz(3) null, "revoked_at" timestamptz(3) null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "service_keys" add constraint "service_keys_name_unique" unique ("name");`,
    );
    this.addSql(
      `alter table "service_keys" add constraint "service_keys_digest_unique" unique ("digest");`,
    );

    this.addSql(
      `create table "settings" ("name" text not null, "value" jsonb not null, "updated_at" timestamptz(3) not null, primary key ("name"));`,
    );

    this.addSql(
      `create table "upstreams" ("id" uuid not null, "name" text not null, "url" text not null, "connect_timeout_ms" int not null, "response_timeout_ms" int not null, "idle_timeout_ms" int not null, "connections_max" int not null, "auth_header_name" text null, "auth_header_value" text null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`alter table "upstreams" add constraint "upstreams_name_unique" unique ("name");`);

    this.addSql(
      `create table "routes" ("id" uuid not null, "name" text not null, "methods" text[] not null, "host" text null, "path" text not null, "rewrite" text null, "upstream_id" uuid not null, "required_scopes" text[] not null, "auth_required" boolean not null, "priority" int not null, "enabled" boolean not null, "cost" int not null, "rate_limit_per_minute" bigint null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`alter table "routes" add constraint "routes_name_unique" unique ("name");`);
    this.addSql(`create index "routes_upstream_id_index" on "routes" ("upstream_id");`);

    this.addSql(
      `create table "users" ("id" uuid not null, "email" text not null, "external_id" text null, "username" text null, "name" text null, "first_name" text null, "last_name" text null, "password_hash" text null, "plan_id" uuid not null, "status" text not null, "suspended_reason" text null, "role" text not null, "metadata" jsonb not null, "stripe_customer_id" text null, "paddle_customer_id" text null, "lemon_squeezy_customer_id" text null, "email_verified_at" timestamptz(3) null, "last_login_at" timestamptz(3) null, "failed_logins" int not null default 0, "locked_until" timestamptz(3) null, "totp" text null, "session_epoch" int not null default 0, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`alter table "users" add constraint "users_email_unique" unique ("email");`);
    this.addSql(
      `alter table "users" add constraint "users_external_id_unique" unique ("external_id");`,
    );
    this.addSql(`alter table "users" add constraint "users_username_unique" unique ("username");`);
    this.addSql(`create index "users_plan_id_index" on "users" ("plan_id");`);
    this.addSql(
      `alter table "users" add constraint "users_stripe_customer_id_unique" unique ("stripe_customer_id");`,
    );
    this.addSql(
      `alter table "users" add constraint "users_paddle_customer_id_unique" unique ("paddle_customer_id");`,
    );
    this.addSql(
      `alter table "users" add constraint "users_lemon_squeezy_customer_id_unique" unique ("lemon_squeezy_customer_id");`,
    );

    this.addSql(
      `create table "sessions" ("id" uuid not null, "user_id" uuid not null, "refresh_digest" text not null, "previous_digest" text null, "successor_sealed" text null, "rotated_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "ip" text null, "user_agent" text null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "sessions_user_id_index" on "sessions" ("user_id");`);

    this.addSql(
      `create table "keys" ("id" uuid not null, "user_id" uuid not null, "name" text not null, "kind" text not null, "prefix" text not null, "last_four" text not null, "digest" text not null, "scopes" text[] not null, "allowed_ips" text[] null, "rate_limit_per_minute" bigint null, "expires_at" timestamptz(3) null, "last_used_at" timestamptz(3) null, "enabled" boolean not null, "revoked_at" timestamptz(3) null, "replaced_by" uuid null, "grace_until" timestamptz(3) null, "created_at" timestamptz(3) not null, "created_by" uuid null, primary key ("id"));`,
    );
    this.addSql(`create index "keys_prefix_index" on "keys" ("prefix");`);
    this.addSql(`create index "keys_last_four_index" on "keys" ("last_four");`);
    this.addSql(`alter table "keys" add constraint "keys_digest_unique" unique ("digest");`);
    this.addSql(`create index "keys_user_id_id_index" on "keys" ("user_id", "id");`);

    this.addSql(
      `alter table "plans" add constraint "plans_enforcement_check" check ("enforcement" in ('hard', 'soft'));`,
    );

    this.addSql(
      `alter table "routes" add constraint "routes_upstream_id_foreign" foreign key ("upstream_id") references "upstreams" ("id") on update no action on delete restrict;`,
    );

    this.addSql(
      `alter table "users" add constraint "users_plan_id_foreign" foreign key ("plan_id") references "plans" ("id") on update no action on delete restrict;`,
    );
    this.addSql(
      `alter table "users" add constraint "users_status_check" check ("status" in ('active', 'pending', 'suspended'));`,
    );
    this.addSql(
      `alter table "users" add constraint "users_role_check" check ("role" in ('customer', 'moderator', 'admin'));`,
    );

    this.addSql(
      `alter table "sessions" add constraint "sessions_user_id_foreign" foreign key ("user_id") references "users" ("id") on update no action on delete cascade;`,
    );

    this.addSql(
      `alter table "keys" add constraint "keys_user_id_foreign" foreign key ("user_id") references "users" ("id") on update no action on delete cascade;`,
    );
    this.addSql(
      `alter table "keys" add constraint "keys_kind_check" check ("kind" in ('key', 'basic'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "users" drop constraint "users_plan_id_foreign";`);
    this.addSql(`alter table "routes" drop constraint "routes_upstream_id_foreign";`);
    this.addSql(`alter table "sessions" drop constraint "sessions_user_id_foreign";`);
    this.addSql(`alter table "keys" drop constraint "keys_user_id_foreign";`);

    this.addSql(`drop table if exists "plans" cascade;`);
    this.addSql(`drop table if exists "service_keys" cascade;`);
    this.addSql(`drop table if exists "settings" cascade;`);
    this.addSql(`drop table if exists "upstreams" cascade;`);
    this.addSql(`drop table if exists "routes" cascade;`);
    this.addSql(`drop table if exists "users" cascade;`);
    this.addSql(`drop table if exists "sessions" cascade;`);
    this.addSql(`drop table if exists "keys" cascade;`);
  }
}
