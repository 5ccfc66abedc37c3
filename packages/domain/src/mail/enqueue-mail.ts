import { settingDefinitions, type MailTemplate, type Settings } from '@apigate/contract';
import { accentColors } from '@apigate/contract/accent';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { DomainContext } from '../context.ts';
import { newId } from '../ids.ts';
import { sealSecret } from '../secret-box.ts';
import { brandOf } from '../settings/brand-of.ts';
import { readSettings } from '../settings/read-settings.ts';
import { OutboxMail } from './outbox-mail.ts';
import { renderMail, type MailBrand, type MailValues } from './render-mail.ts';

/** The purpose under which the body of a mail is sealed. */
export const mailBodyPurpose = 'mail-body';

/** What it takes to write mails. */
type MailContext = Pick<DomainContext, 'secrets' | 'now' | 'publicUrl'>;

/** Dark enough for white text, as `accentColors` is. */
const plainAccent = '#1f2937';

/** How the settings dress mails; who has set nothing gets mails that name nobody. */
function mailBrand(settings: Settings, publicUrl: string): MailBrand {
  const { logo, links } = brandOf(settings);
  // Programs that show mails do not draw SVG.
  const isShown = settings['brand.logo'].startsWith('data:image/png');
  const name = settings['brand.name'];
  const accent = settings['brand.accent'];
  const isOwn = name !== settingDefinitions['brand.name'].default;
  const parts = [isOwn ? name : '', settings['portal.support']].filter((part) => part !== '');
  return {
    signature: parts.length === 0 ? null : parts.join(' · '),
    accent: accent === '' ? plainAccent : accentColors(accent).light.accent,
    logo: logo !== null && isShown ? { ...logo, url: publicUrl + logo.path, name } : null,
    links,
  };
}

/** Puts a mail into the outbox, in the transaction of the change that it tells of. */
export async function enqueueMail<Name extends MailTemplate>(
  ctx: MailContext,
  em: EntityManager,
  to: string,
  template: Name,
  values: MailValues[Name],
): Promise<void> {
  await enqueueMails(ctx, em, template, [{ to, values }]);
}

/** Likewise many of one template: the settings are read once, and all are inserted together. */
export async function enqueueMails<Name extends MailTemplate>(
  ctx: MailContext,
  em: EntityManager,
  template: Name,
  mails: readonly { to: string; values: MailValues[Name] }[],
): Promise<void> {
  if (mails.length === 0) return;
  const settings = await readSettings(em);
  const brand = mailBrand(settings, ctx.publicUrl);
  const subjectTemplate = settings[`mail.subject.${template}`];
  const prefix = settings['mail.subject_prefix'];
  for (const { to, values } of mails) {
    const { subject, ...body } = renderMail(template, values, subjectTemplate, brand);
    em.create(OutboxMail, {
      id: newId(),
      to,
      template,
      subject: prefix === '' ? subject : `${prefix} ${subject}`,
      bodySealed: sealSecret(ctx.secrets.encryptionKey, mailBodyPurpose, JSON.stringify(body)),
      status: 'queued',
      attempts: 0,
      lastError: null,
      nextAttemptAt: ctx.now,
      createdAt: ctx.now,
      sentAt: null,
    });
  }
  await em.flush();
}
