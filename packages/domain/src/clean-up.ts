import { meterDays } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';

const dayMs = 86_400_000;

/** What may go, and how old it must be: by then nobody asks for it any more. */
const leftovers = [
  // Proxies that were silent for longer than minutes read everything anew.
  { table: 'change_log', column: 'at', days: 1 },
  { table: 'access_records', column: 'timestamp', days: 30 },
  { table: 'usage_metered', column: 'received_at', days: meterDays },
  { table: 'idempotent_answers', column: 'created_at', days: 1 },
  { table: 'sessions', column: 'expires_at', days: 0 },
  { table: 'one_time_tokens', column: 'expires_at', days: 0 },
  { table: 'email_changes', column: 'created_at', days: 1 },
  // Longer than any delay lasts.
  { table: 'sign_in_guards', column: 'window_started_at', days: 1 },
] as const;

/**
 * Removes what has run out: sessions, links, old records of access.
 *
 * @returns how many rows went.
 */
export async function cleanUp(em: EntityManager, now: Date): Promise<number> {
  let removed = 0;
  for (const { table, column, days } of leftovers) {
    const rows: unknown[] = await em.execute(
      `delete from ${table} where ${column} < ? returning 1`,
      [new Date(now.getTime() - days * dayMs)],
    );
    removed += rows.length;
  }
  return removed;
}
