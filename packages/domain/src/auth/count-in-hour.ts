import type { EntityManager } from '@mikro-orm/postgresql';

const hourMs = 3_600_000;

/**
 * Counts something that may happen only so often in an hour, however many ask at once. The hour begins with the first.
 *
 * @param account digest of whose it is.
 * @returns how many there were in this hour, with this one.
 */
export async function countInHour(em: EntityManager, account: string, now: Date): Promise<number> {
  const before = new Date(now.getTime() - hourMs);
  const [counted]: { guesses: number }[] = await em.execute(
    `insert into sign_in_guards as g (account, source, failures, blocked_until, window_started_at, window_guesses)
     values (?, '', 0, null, ?, 1)
     on conflict (account, source) do update set
       window_started_at = case when g.window_started_at < ? then excluded.window_started_at else g.window_started_at end,
       window_guesses = case when g.window_started_at < ? then 1 else g.window_guesses + 1 end
     returning window_guesses as guesses`,
    [account, now, before, before],
  );
  return counted?.guesses ?? 0;
}
