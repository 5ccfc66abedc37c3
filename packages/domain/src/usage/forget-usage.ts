import type { EntityManager } from '@mikro-orm/postgresql';
import { histogramSums } from './latency-histogram.ts';

const sums = ['requests', 'units', 'bytes_in', 'bytes_out', 'latency_us'];

/**
 * Removes the usage of a user, and takes it out of the totals, which are of those who are there. Keys, quota and last
 * activity go with the user's row.
 */
export async function forgetUsage(em: EntityManager, userId: string): Promise<void> {
  for (const [of, bucket] of [
    ['hours', 'hour'],
    ['days', 'day'],
  ]) {
    const columns = [...sums, 'latency_histogram'].join(', ');
    await em.execute(
      `with gone as (delete from usage_${of} where user_id = ? returning *)
      insert into usage_total_${of} as t (${bucket}, route_id, plan_id, outcome, shard, ${columns})
      select ${bucket}, route_id, plan_id, outcome, (select usage_shard()), ${sums.map((sum) => `-sum(${sum})`).join(', ')},
        array(select -x from unnest(${histogramSums()}) with ordinality as u(x, i) order by i)
      from gone group by 1, 2, 3, 4 order by 1, 2, 3, 4
      on conflict (${bucket}, route_id, plan_id, outcome, shard) do update set
        ${sums.map((sum) => `${sum} = t.${sum} + excluded.${sum}`).join(', ')},
        latency_histogram = usage_histogram_add(t.latency_histogram, excluded.latency_histogram)`,
      [userId],
    );
  }
  await em.execute('delete from usage_events where user_id = ?', [userId]);
}
