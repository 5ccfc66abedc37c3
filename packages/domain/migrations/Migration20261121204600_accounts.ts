import { Migration } from '@mikro-orm/migrations';

export class Migration20261121204600_accounts extends Migration {
  override name = 'Migration20261121204600_accounts';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "audit_events" ("id" uuid not null, "seq" bigint not null, "at" timestamptz(3) not null, "action" text not null, "actor_kind" text not null, "actor_id" text null, "actor_label" text null, "target_kind" text null, "target_id" text null, "target_label" text null, "before" jsonb null, "after" jsonb null, "ip" text null, "user_agent" text null, "request_id" text null, "personal" jsonb not null, "hash" text not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "audit_events" add constraint "audit_events_seq_unique" unique ("seq");`,
    );
    this.addSql(
      `create index "audit_events_target_id_seq_index" on "audit_events" ("target_id", "seq");`,
    );
    this.addSql(
      `create index "audit_events_actor_id_seq_index" on "audit_events" ("actor_id", "seq");`,
    );

    this.addSql(
      `create table "mails" ("id" uuid not null, "to" text not null, "template" text not null, "subject" text not null, "body_sealed" text null, "status" text not null, "attempts" int not null, "last_error" text null, "next_attempt_at" timestamptz(3) not null, "created_at" timestamptz(3) not null, "sent_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(
      `create index "mails_due" on "mails" ("next_attempt_at") where "status" = 'queued';`,
    );

    this.addSql(
      `create table "sign_in_guards" ("account" text not null, "source" text not null, "failures" int not null, "blocked_until" timestamptz(3) null, "window_started_at" timestamptz(3) not null, "window_guesses" int not null, primary key ("account", "source"));`,
    );

    this.addSql(
      `create table "recovery_codes" ("id" uuid not null, "user_id" uuid not null, "digest" text not null, primary key ("id"));`,
    );
    this.addSql(`create index "recovery_codes_user_id_index" on "recovery_codes" ("user_id");`);
    this.addSql(
      `alter table "recovery_codes" add constraint "recovery_codes_digest_unique" unique ("digest");`,
    );

    this.addSql(
      `create table "one_time_tokens" ("id" uuid not null, "user_id" uuid null, "purpose" text not null, "digest" text not null, "email" text not null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "one_time_tokens_user_id_index" on "one_time_tokens" ("user_id");`);
    this.addSql(
      `alter table "one_time_tokens" add constraint "one_time_tokens_digest_unique" unique ("digest");`,
    );

    this.addSql(
      `create table "invites" ("id" uuid not null, "email" text not null, "role" text not null, "digest" text not null, "invited_by_id" uuid null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`alter table "invites" add constraint "invites_email_unique" unique ("email");`);
    this.addSql(`alter table "invites" add constraint "invites_digest_unique" unique ("digest");`);
    this.addSql(`create index "invites_invited_by_id_index" on "invites" ("invited_by_id");`);

    this.addSql(
      `create table "email_changes" ("user_id" uuid not null, "new_email" text not null, "old_confirmed_at" timestamptz(3) null, "new_confirmed_at" timestamptz(3) null, "created_at" timestamptz(3) not null, primary key ("user_id"));`,
    );

    this.addSql(
      `alter table "users" add "totp_pending" text null, add "totp_last_step" int not null default 0;`,
    );

    this.addSql(
      `alter table "audit_events" add constraint "audit_events_actor_kind_check" check ("actor_kind" in ('anonymous', 'user', 'service', 'system'));`,
    );

    this.addSql(
      `alter table "mails" add constraint "mails_status_check" check ("status" in ('queued', 'kept', 'sent', 'failed'));`,
    );

    this.addSql(
      `alter table "recovery_codes" add constraint "recovery_codes_user_id_foreign" foreign key ("user_id") references "users" ("id") on update no action on delete cascade;`,
    );

    this.addSql(
      `alter table "one_time_tokens" add constraint "one_time_tokens_user_id_foreign" foreign key ("user_id") references "users" ("id") on update no action on delete cascade;`,
    );
    this.addSql(
      `alter table "one_time_tokens" add constraint "one_time_tokens_purpose_check" check ("purpose" in ('verify_email', 'reset_password', 'change_email_old', 'change_email_new', 'setup'));`,
    );

    this.addSql(
      `alter table "invites" add constraint "invites_invited_by_id_foreign" foreign key ("invited_by_id") references "users" ("id") on update no action on delete set null;`,
    );
    this.addSql(
      `alter table "invites" add constraint "invites_role_check" check ("role" in ('moderator', 'admin'));`,
    );

    this.addSql(
      `alter table "email_changes" add constraint "email_changes_user_id_foreign" foreign key ("user_id") references "users" ("id") on update no action on delete cascade;`,
    );
    this.addSql(`create table "audit_head" (
      "only" boolean primary key default true check ("only"),
      "seq" bigint not null,
      "hash" text not null,
      "mac" text not null
    )`);
    this.addSql(`insert into "audit_head" ("seq", "hash", "mac") values (0, '', '')`);
    this.addSql(`create table "access_records" (
      "id" uuid primary key,
      "timestamp" timestamptz(3) not null,
      "user_id" uuid null references "users" ("id") on delete cascade,
      "method" text not null,
      "endpoint" text not null,
      "query" text null,
      "status_code" smallint not null,
      "response_time" integer not null,
      "ip" text null,
      "request_id" text not null
    )`);
    this.addSql(
      `create index "access_records_user_id_index" on "access_records" ("user_id", "id" desc)`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "access_records"`);
    this.addSql(`drop table if exists "audit_head"`);
    this.addSql(`drop table if exists "audit_events" cascade;`);
    this.addSql(`drop table if exists "mails" cascade;`);
    this.addSql(`drop table if exists "sign_in_guards" cascade;`);
    this.addSql(`drop table if exists "recovery_codes" cascade;`);
    this.addSql(`drop table if exists "one_time_tokens" cascade;`);
    this.addSql(`drop table if exists "invites" cascade;`);
    this.addSql(`drop table if exists "email_changes" cascade;`);

    this.addSql(`alter table "users" drop column "totp_pending", drop column "totp_last_step";`);
  }
}
