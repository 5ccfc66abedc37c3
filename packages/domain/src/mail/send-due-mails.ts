import { mailBody } from '@apigate/contract';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import type { DomainSecrets } from '../context.ts';
import { openSecret } from '../secret-box.ts';
import { readSettings } from '../settings/read-settings.ts';
import { mailBodyPurpose } from './enqueue-mail.ts';
import { OutboxMail } from './outbox-mail.ts';

const attemptsMax = 8;
const mailsAtOnce = 20;
const leaseMs = 10 * 60_000;

/** A mail as a mail server wants it. */
export interface OutgoingMail {
  id: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** Hands a mail to a mail server, or throws why it could not. Null when there is no mail server. */
export type SendMail = ((mail: OutgoingMail) => Promise<void>) | null;

/**
 * Sends what is due. Several may call it at once: whoever takes a mail has it for ten minutes, and if it is not heard of
 * by then, another takes it. What fails is tried again, later each time, for about a day; without a mail server mails
 * are kept in the outbox. No transaction is open while a mail server is spoken to.
 *
 * @param from the sender, where the configuration names one.
 * @returns how many mails were looked at; the next call may find more when it is not 0.
 */
export async function sendDueMails(
  em: EntityManager,
  secrets: DomainSecrets,
  now: Date,
  from: string | null,
  send: SendMail,
): Promise<number> {
  const due = await takeDueMails(em, now);
  const sender = from ?? (await readSettings(em))['mail.from'];
  for (const mail of due) {
    if (send === null) mail.status = 'kept';
    else await attempt(mail, { sender, secrets, now, send });
    await em.flush();
  }
  return due.length;
}

function takeDueMails(em: EntityManager, now: Date): Promise<OutboxMail[]> {
  return em.transactional(async (tx) => {
    const due = await tx.find(
      OutboxMail,
      { status: 'queued', nextAttemptAt: { $lte: now } },
      {
        orderBy: { id: 'asc' },
        limit: mailsAtOnce,
        lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE,
      },
    );
    for (const mail of due) mail.nextAttemptAt = new Date(now.getTime() + leaseMs);
    return due;
  });
}

/** The text and HTML of a mail; null once a mail server took it. */
export function openMailBody(
  secrets: DomainSecrets,
  mail: OutboxMail,
): { text: string; html: string } | null {
  if (mail.bodySealed == null) return null;
  const opened = openSecret(secrets.encryptionKey, mailBodyPurpose, mail.bodySealed);
  return mailBody.parse(JSON.parse(opened));
}

interface Attempt {
  sender: string;
  secrets: DomainSecrets;
  now: Date;
  send: NonNullable<SendMail>;
}

async function attempt(mail: OutboxMail, { sender, secrets, now, send }: Attempt): Promise<void> {
  mail.attempts += 1;
  try {
    const opened = openMailBody(secrets, mail);
    const { id, to, subject } = mail;
    await send({
      id,
      from: sender,
      to,
      subject,
      text: opened?.text ?? '',
      html: opened?.html ?? '',
    });
    mail.status = 'sent';
    mail.sentAt = now;
    mail.lastError = null;
    mail.bodySealed = null;
  } catch (error) {
    mail.lastError = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    if (mail.attempts >= attemptsMax) mail.status = 'failed';
    else mail.nextAttemptAt = new Date(now.getTime() + 60_000 * 3 ** (mail.attempts - 1));
  }
}
