import { Migration } from '@mikro-orm/migrations';

const sums = ['requests', 'units', 'bytes_in', 'bytes_out', 'latency_us'];
const sumsOf = sums.map((column) => `sum(${column})`).join(', ');
const buckets = Array.from({ length: 29 }, (_, at) => `sum(latency_histogram[${at + 1}])`);
const histogramOf = `array[${buckets.join(', ')}]::bigint[]`;
const figures = [...sums, 'latency_histogram'].join(', ');

/**
 * Rollups by the plan that a request was made on as well. What was counted before is taken to have been made on the plan
 * that its user has by now.
 */
export class Migration20261122090000_usage_by_plan extends Migration {
  override name = 'Migration20261122090000_usage_by_plan';

  override up(): void {
    for (const [rows, bucket] of [
      ['hours', 'hour'],
      ['days', 'day'],
    ] as const) {
      const key = `${bucket}, user_id, key_id, route_id, plan_id, outcome`;
      this.rebuild(`usage_${rows}`, 'add "plan_id" uuid null', key, [
        `insert into "usage_${rows}" (${key}, ${figures})
          select ${bucket}, user_id, key_id, route_id, u.plan_id, outcome, ${figures}
          from "before" b left join users u on u.id = b.user_id`,
        `create index "usage_${rows}_user_id_${bucket}_index" on "usage_${rows}" ("user_id", "${bucket}")`,
      ]);
      const totalKey = `${bucket}, route_id, plan_id, outcome, shard`;
      this.rebuild(`usage_total_${rows}`, 'add "plan_id" uuid null', totalKey, [
        `insert into "usage_total_${rows}" (${totalKey}, ${figures})
          select ${bucket}, route_id, plan_id, outcome, 0, ${sumsOf}, ${histogramOf}
          from "usage_${rows}" group by 1, 2, 3, 4`,
      ]);
    }
  }

  override down(): void {
    for (const [rows, bucket] of [
      ['hours', 'hour'],
      ['days', 'day'],
    ] as const) {
      const key = `${bucket}, user_id, key_id, route_id, outcome`;
      this.rebuild(`usage_${rows}`, 'drop "plan_id"', key, [
        `insert into "usage_${rows}" (${key}, ${figures})
          select ${key}, ${sumsOf}, ${histogramOf} from "before" group by ${key}`,
        `create index "usage_${rows}_user_id_${bucket}_index" on "usage_${rows}" ("user_id", "${bucket}")`,
      ]);
      const totalKey = `${bucket}, route_id, outcome, shard`;
      this.rebuild(`usage_total_${rows}`, 'drop "plan_id"', totalKey, [
        `insert into "usage_total_${rows}" (${totalKey}, ${figures})
          select ${totalKey}, ${sumsOf}, ${histogramOf} from "before" group by ${totalKey}`,
      ]);
    }
  }

  /** Fills a table anew from what it was `before`: to update every row would take twice the room, and longer. */
  private rebuild(table: string, change: string, key: string, fill: readonly string[]): void {
    this.addSql(`alter table "${table}" rename to "before"`);
    this.addSql(`create table "${table}" (like "before" including defaults)`);
    this.addSql(`alter table "${table}" ${change}`);
    const [insert = '', ...indexes] = fill;
    this.addSql(insert);
    this.addSql(`drop table "before"`);
    this.addSql(
      `alter table "${table}" add constraint "${table}_unique" unique nulls not distinct (${key})`,
    );
    for (const index of indexes) this.addSql(index);
    this.addSql(`analyze "${table}"`);
  }
}
