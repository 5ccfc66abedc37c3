import type { MailTemplate } from '@apigate/contract';
import { openMailBody } from '../mail/send-due-mails.ts';
import { OutboxMail } from '../mail/outbox-mail.ts';
import { testSecrets, type TestDomain } from './test-domain.ts';

/** The mails to an address, the last one first, with their text. */
export async function mailsTo({ orm }: TestDomain, to: string) {
  const rows = await orm.em.fork().find(OutboxMail, { to }, { orderBy: { id: 'desc' } });
  return rows.map((row) => ({
    template: row.template,
    subject: row.subject,
    text: openMailBody(testSecrets, row)?.text ?? '',
    html: openMailBody(testSecrets, row)?.html ?? '',
  }));
}

/** The secret in the link of the last mail of a kind to an address. */
export async function tokenMailedTo(
  domain: TestDomain,
  to: string,
  template: MailTemplate,
): Promise<string> {
  const mail = (await mailsTo(domain, to)).find((sent) => sent.template === template);
  const token = /[?&]token=([\w-]+)/.exec(mail?.text ?? '')?.[1];
  if (token === undefined) throw new Error(`no ${template} with a link was mailed to ${to}`);
  return token;
}
