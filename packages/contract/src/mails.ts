import { z } from 'zod';
import { id, page, pageInput } from './primitives.ts';

/** Every kind of mail that we send. */
export const mailTemplates = [
  'verify_email',
  'already_registered',
  'reset_password',
  'invite',
  'welcome',
  'key_created',
  'password_changed',
  'email_change_old',
  'email_change_new',
  'second_factor_changed',
  'privilege_raised',
  'plan_changed',
  'quota_reached',
  'quota_forecast',
] as const;
export const mailTemplate = z.enum(mailTemplates);
export type MailTemplate = z.infer<typeof mailTemplate>;

/** `kept`: there is no mail server, so the mail waits in the outbox to be read there. */
export const mailStatus = z.enum(['queued', 'kept', 'sent', 'failed']);
export type MailStatus = z.infer<typeof mailStatus>;

export const mail = z.object({
  id,
  to: z.string(),
  template: mailTemplate,
  subject: z.string(),
  status: mailStatus,
  attempts: z.int(),
  lastError: z.string().nullable(),
  createdAt: z.date(),
  sentAt: z.date().nullable(),
});
export type Mail = z.infer<typeof mail>;

/** The same words twice. */
export const mailBody = z.object({ text: z.string(), html: z.string() });

/** A mail with its text; both are null once it was handed to a mail server, because links in it are secrets. */
export const mailWithBody = mail.extend({
  text: z.string().nullable(),
  html: z.string().nullable(),
});
export type MailWithBody = z.infer<typeof mailWithBody>;

export const listMailsInput = pageInput.extend({
  status: mailStatus.optional(),
  template: mailTemplate.optional(),
});
export type ListMailsInput = z.input<typeof listMailsInput>;
export const mailPage = page(mail);
export const mailRef = z.strictObject({ mail: id });
