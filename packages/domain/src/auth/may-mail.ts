import { createHmac } from 'node:crypto';
import type { MailTemplate } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { DomainContext } from '../context.ts';
import { countInHour } from './count-in-hour.ts';

const mailsPerHourMax = 3;

/**
 * Whether one more mail of this kind may go to an address, for mails that anybody can ask for: so nobody fills the
 * mailbox of another. Each question counts as a mail.
 */
export async function mayMail(
  { secrets, now }: DomainContext,
  em: EntityManager,
  template: MailTemplate,
  address: string,
): Promise<boolean> {
  const account = createHmac('sha256', secrets.keyPepper)
    .update(`mail:${template}:${address.toLowerCase()}`)
    .digest('base64url');
  return (await countInHour(em, account, now)) <= mailsPerHourMax;
}
