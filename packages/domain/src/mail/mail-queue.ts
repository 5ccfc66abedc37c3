import type { EntityManager } from '@mikro-orm/postgresql';

/** The mails that wait to be sent: how many, and for how many seconds the oldest has been due. */
export interface MailQueue {
  mails: number;
  overdueSeconds: number;
}

/** Looks at the queue. */
export async function readMailQueue(em: EntityManager, now: Date): Promise<MailQueue> {
  const [row]: { mails: string; overdue: string | null }[] = await em.execute(
    `select count(*) as mails, extract(epoch from ?::timestamptz - min(next_attempt_at)) as overdue
     from mails where status = 'queued'`,
    [now],
  );
  return { mails: Number(row?.mails), overdueSeconds: Math.max(0, Number(row?.overdue ?? 0)) };
}
