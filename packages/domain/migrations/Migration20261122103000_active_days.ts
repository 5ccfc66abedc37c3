import { Migration } from '@mikro-orm/migrations';

/** On which days of a month a user was there, a bit for each, so that active users of any days are counted at once. */
export class Migration20261122103000_active_days extends Migration {
  override name = 'Migration20261122103000_active_days';

  override up(): void {
    this.addSql(`alter table "quota_periods" add "days" integer not null default 0`);
    this.addSql(`update quota_periods q set days = d.days
      from (
        select user_id, date_trunc('month', day)::date as period_start,
          bit_or(1 << (extract(day from day)::integer - 1)) as days
        from usage_days where user_id is not null group by 1, 2
      ) d where d.user_id = q.user_id and d.period_start = q.period_start`);
  }

  override down(): void {
    this.addSql(`alter table "quota_periods" drop "days"`);
  }
}
