import { Migration } from '@mikro-orm/migrations';

/** At which shares of their quota people want to hear of it, and of which they have heard. */
export class Migration20261122070000_usage_alerts extends Migration {
  override name = 'Migration20261122070000_usage_alerts';

  override up(): void {
    this.addSql(`create table "usage_alert_settings" (
      "user_id" uuid primary key references "users" ("id") on delete cascade,
      "quota_percents" integer[] not null,
      "forecast_percents" integer[] not null,
      "email" boolean not null
    )`);
    this.addSql(`create table "usage_alerts" (
      "user_id" uuid not null references "users" ("id") on delete cascade,
      "period_start" date not null,
      "measure" text not null,
      "percent" integer not null,
      "units" bigint not null,
      "limit_units" bigint not null,
      "at" timestamptz(3) not null,
      primary key ("user_id", "period_start", "measure", "percent")
    )`);
    this.addSql(
      `create index "usage_alerts_period_start_index" on "usage_alerts" ("period_start")`,
    );
  }

  override down(): void {
    this.addSql(`drop table "usage_alerts"`);
    this.addSql(`drop table "usage_alert_settings"`);
  }
}
