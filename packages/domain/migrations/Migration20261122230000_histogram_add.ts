import { Migration } from '@mikro-orm/migrations';

const buckets = Array.from({ length: 29 }, (_, at) => at + 1);

/** Adds histograms in one expression, which becomes part of the statement that adds instead of a call for each row. */
export class Migration20261122230000_histogram_add extends Migration {
  override name = 'Migration20261122230000_histogram_add';

  override up(): void {
    const sums = buckets.map((at) => `coalesce("a"[${at}], 0) + coalesce("b"[${at}], 0)`);
    this.addSql(`create or replace function "usage_histogram_add"("a" bigint[], "b" bigint[]) returns bigint[]
      language sql immutable parallel safe as $$ select array[${sums.join(', ')}] $$`);
  }

  override down(): void {
    this.addSql(`create or replace function "usage_histogram_add"("a" bigint[], "b" bigint[]) returns bigint[]
      language sql immutable parallel safe as $$
        select array_agg(coalesce(x, 0) + coalesce(y, 0) order by i)
        from unnest("a", "b") with ordinality as t(x, y, i)
      $$`);
  }
}
