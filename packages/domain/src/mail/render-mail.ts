import type { FooterLink, MailTemplate } from '@apigate/contract';

/** What the templates need, each its own. */
export interface MailValues {
  verify_email: { link: string };
  already_registered: { signInLink: string; resetLink: string };
  reset_password: { link: string };
  invite: { link: string; role: string; invitedBy: string | null };
  welcome: { name: string | null; link: string };
  key_created: { keyName: string; prefix: string; link: string };
  password_changed: { resetLink: string };
  email_change_old: { newEmail: string; link: string };
  email_change_new: { link: string };
  second_factor_changed: { enabled: boolean };
  privilege_raised: { who: string; role: string; by: string };
  plan_changed: { plan: string; before: string; link: string };
  /** Units; `resets` is a day in words, `refuses` tells whether the plan refuses past the quota. */
  quota_reached: {
    percent: number;
    used: number;
    limit: number;
    resets: string;
    refuses: boolean;
    link: string;
  };
  /** Units expected at the end of the period; `full` is the day on which the quota will be used up, if one is. */
  quota_forecast: {
    percent: number;
    expected: number;
    limit: number;
    resets: string;
    full: string | null;
    link: string;
  };
}

/** A mail before its layout: paragraphs of plain text, and at most one thing to do. */
interface Draft {
  /** What the subject can be filled with, by the names that stand in braces there. */
  fills?: Readonly<Record<string, string>>;
  paragraphs: string[];
  action?: { label: string; link: string };
}

type Templates = { [Name in MailTemplate]: (values: MailValues[Name]) => Draft };

const ignore = 'If this was not you, ignore this mail: nothing changes.';

const changeAlerts = 'You choose when to be told under Usage in the portal.';

function quotaEnd(isFull: boolean, refuses: boolean): string {
  if (refuses)
    return isFull ? 'Requests are refused until then.' : 'Past it, requests are refused.';
  return isFull ? 'Requests go on, and cost extra.' : 'Past it, requests go on and cost extra.';
}

const templates: Templates = {
  verify_email: ({ link }) => ({
    paragraphs: ['Confirm that this address is yours. The link is good for 24 hours.', ignore],
    action: { label: 'Confirm address', link },
  }),
  already_registered: ({ signInLink, resetLink }) => ({
    paragraphs: [
      'Somebody, probably you, asked for an account with this address. There is one already.',
      `Have you forgotten the password? Set a new one: ${resetLink}`,
      ignore,
    ],
    action: { label: 'Sign in', link: signInLink },
  }),
  reset_password: ({ link }) => ({
    paragraphs: ['The link is good once, for 30 minutes.', ignore],
    action: { label: 'Set a new password', link },
  }),
  invite: ({ link, role, invitedBy }) => ({
    fills: { role },
    paragraphs: [
      `${invitedBy ?? 'The operator'} invites you to become ${role}. The link is good for 48 hours.`,
    ],
    action: { label: 'Accept the invitation', link },
  }),
  welcome: ({ name, link }) => ({
    paragraphs: [
      `${name === null ? 'Hello' : `Hello ${name}`}, your account is ready.`,
      'Make a key in the portal; the first call is a line to paste.',
    ],
    action: { label: 'Open the portal', link },
  }),
  key_created: ({ keyName, prefix, link }) => ({
    fills: { name: keyName },
    paragraphs: [
      `The key “${keyName}” (${prefix}…) was made for your account.`,
      'If you did not expect it, revoke it now and change your password.',
    ],
    action: { label: 'See your keys', link },
  }),
  password_changed: ({ resetLink }) => ({
    paragraphs: [
      'Your password was changed, and other sessions have ended.',
      `If this was not you, set a new one at once: ${resetLink}`,
    ],
  }),
  email_change_old: ({ newEmail, link }) => ({
    paragraphs: [
      `Your account is to move to ${newEmail}. That happens when both addresses have confirmed it, within 24 hours.`,
      'If this was not you, do not confirm, and change your password.',
    ],
    action: { label: 'Confirm the change', link },
  }),
  email_change_new: ({ link }) => ({
    paragraphs: [
      'This address was named as the new one of an account. Confirm it within 24 hours.',
      ignore,
    ],
    action: { label: 'Confirm the address', link },
  }),
  second_factor_changed: ({ enabled }) => ({
    fills: { change: enabled ? 'set up' : 'removed' },
    paragraphs: [
      enabled
        ? 'Signing in to your account now takes a code as well.'
        : 'Signing in to your account takes the password alone again.',
      'If this was not you, change your password at once.',
    ],
  }),
  privilege_raised: ({ who, role, by }) => ({
    fills: { who, role },
    paragraphs: [`${by} made ${who} ${role}. If that is not right, undo it in the console.`],
  }),
  plan_changed: ({ plan, before, link }) => ({
    fills: { plan },
    paragraphs: [
      `Your plan is ${plan} now; before it was ${before}. Its limits hold from this moment.`,
      'Your keys stay as they are, and what you used this month counts on.',
    ],
    action: { label: 'See your plan', link },
  }),
  quota_reached: ({ percent, used, limit, resets, refuses, link }) => ({
    fills: { percent: String(percent) },
    paragraphs: [
      `You have used ${whole.format(used)} of the ${whole.format(limit)} requests that your plan has this month.`,
      `${quotaEnd(used >= limit, refuses)} The quota starts anew on ${resets}.`,
      changeAlerts,
    ],
    action: { label: 'See your usage', link },
  }),
  quota_forecast: ({ percent, expected, limit, resets, full, link }) => ({
    fills: { percent: String(percent) },
    paragraphs: [
      `If the last days go on, you will have used ${whole.format(expected)} of the ${whole.format(limit)} requests of your plan when the quota starts anew on ${resets}.`,
      ...(full === null ? [] : [`It would be used up on ${full}.`]),
      changeAlerts,
    ],
    action: { label: 'See your usage', link },
  }),
};

const whole = new Intl.NumberFormat('en');

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '');
}

/** How mails are dressed. */
export interface MailBrand {
  /** What stands below the last line; null for nothing. */
  signature: string | null;
  /** Behind the white text of the button, as `#rrggbb`. */
  accent: string;
  /** Stands above the subject; null for nothing. */
  logo: { url: string; name: string; width: number; height: number } | null;
  /** Stand below everything. */
  links: readonly FooterLink[];
}

const font = 'font:15px/24px Inter,system-ui,sans-serif';

function layout(subject: string, { paragraphs, action }: Draft, brand: MailBrand): string {
  const body = paragraphs.map((text) => `<p style="margin:0 0 16px">${escaped(text)}</p>`).join('');
  const button =
    action === undefined
      ? ''
      : `<p style="margin:24px 0"><a href="${escaped(action.link)}" style="background:${brand.accent};color:#fff;` +
        `padding:10px 16px;border-radius:8px;text-decoration:none">${escaped(action.label)}</a></p>` +
        `<p style="margin:0;color:#6b7280;font-size:12px;word-break:break-all">${escaped(action.link)}</p>`;
  const signature =
    brand.signature === null
      ? ''
      : `<p style="margin:24px 0 0;color:#6b7280">${escaped(brand.signature)}</p>`;
  const links = brand.links
    .map(({ name, url }) => `<a href="${escaped(url)}" style="color:#6b7280">${escaped(name)}</a>`)
    .join(' &nbsp; ');
  const foot =
    links === '' ? '' : `<p style="margin:16px 0 0;font-size:12px;color:#6b7280">${links}</p>`;
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head>` +
    `<body style="margin:0;padding:32px 16px;background:#f6f7f9;${font};color:#111827">` +
    `<div style="max-width:520px;margin:0 auto;background:#fff;border:1px solid #e5e7eb;border-radius:8px;padding:32px">` +
    logoImage(brand.logo) +
    `<h1 style="margin:0 0 16px;font-size:20px">${escaped(subject)}</h1>${body}${button}${signature}${foot}</div></body></html>`
  );
}

const logoHeightPx = 28;

function logoImage(logo: MailBrand['logo']): string {
  if (logo === null) return '';
  const width = Math.round((logo.width / logo.height) * logoHeightPx);
  return (
    `<img src="${escaped(logo.url)}" alt="${escaped(logo.name)}" width="${width}" height="${logoHeightPx}" ` +
    `style="display:block;margin:0 0 24px;max-width:100%">`
  );
}

/** One line, whatever was put into the braces; in what was put there, braces are text. */
function filled(subject: string, fills: Readonly<Record<string, string>>): string {
  return subject
    .replaceAll(/\{([^{}]*)\}/g, (whole, name: string) => fills[name] ?? whole)
    .replaceAll(/\p{Cc}+/gu, ' ');
}

/**
 * Renders a mail: subject, text and HTML that say the same.
 *
 * @param subject as it is set for this kind of mail.
 */
export function renderMail<Name extends MailTemplate>(
  template: Name,
  values: MailValues[Name],
  subject: string,
  brand: MailBrand,
): { subject: string; text: string; html: string } {
  const draft = templates[template](values);
  const action = draft.action === undefined ? [] : [`${draft.action.label}:\n${draft.action.link}`];
  const signature = brand.signature === null ? [] : [brand.signature];
  const links = brand.links.map(({ name, url }) => `${name}: ${url}`).join('\n');
  const line = filled(subject, draft.fills ?? {});
  return {
    subject: line,
    text: `${[...draft.paragraphs, ...action, ...signature, ...(links === '' ? [] : [links])].join('\n\n')}\n`,
    html: layout(line, draft, brand),
  };
}
