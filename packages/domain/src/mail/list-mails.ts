import {
  mail as mailSchema,
  type listMailsInput,
  type Mail,
  type MailWithBody,
  type Page,
  type Parsed,
} from '@apigate/contract';
import { wrap } from '@mikro-orm/core';
import { authorize, notFound } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { idAfter, pageOf } from '../paging.ts';
import { OutboxMail } from './outbox-mail.ts';
import { openMailBody } from './send-due-mails.ts';

/** The outbox, newest first. */
export async function listMails(
  ctx: DomainContext,
  input: Parsed<typeof listMailsInput>,
): Promise<Page<Mail>> {
  authorize(ctx.actor, 'mails.read');
  const after = idAfter(input.cursor);
  const rows = await ctx.em.find(
    OutboxMail,
    {
      ...(after === undefined ? {} : { id: { $lt: after } }),
      ...(input.status === undefined ? {} : { status: input.status }),
      ...(input.template === undefined ? {} : { template: input.template }),
    },
    { orderBy: { id: 'desc' }, limit: input.limit + 1 },
  );
  return pageOf(
    rows.map((row) => mailSchema.parse(wrap(row).toObject())),
    input.limit,
  );
}

/** One mail with its text, as long as no mail server took it. @throws DomainError not_found */
export async function getMail(ctx: DomainContext, input: { mail: string }): Promise<MailWithBody> {
  authorize(ctx.actor, 'mails.read');
  const row = await findMail(ctx, input.mail);
  const { text = null, html = null } = openMailBody(ctx.secrets, row) ?? {};
  return { ...mailSchema.parse(wrap(row).toObject()), text, html };
}

/** Tries a kept or failed mail again. @throws DomainError not_found */
export async function retryMail(ctx: DomainContext, input: { mail: string }): Promise<Mail> {
  authorize(ctx.actor, 'mails.read');
  const row = await findMail(ctx, input.mail);
  if (row.status === 'kept' || row.status === 'failed') {
    row.status = 'queued';
    row.attempts = 0;
    row.nextAttemptAt = ctx.now;
    await ctx.em.flush();
  }
  return mailSchema.parse(wrap(row).toObject());
}

async function findMail(ctx: DomainContext, id: string): Promise<OutboxMail> {
  const row = await ctx.em.findOne(OutboxMail, { id });
  if (row === null) throw notFound('mail');
  return row;
}
