import { z } from 'zod';
import { footerLinks, logoCharsMax, logoDataUrl } from './brand.ts';
import type { MailTemplate } from './mails.ts';
import { lineOfText } from './primitives.ts';

/** Who may know a setting: everybody, whoever is signed in, admins; of secrets nobody sees more than that they are set. */
export const settingVisibility = z.enum(['public', 'customer', 'admin', 'secret']);
export type SettingVisibility = z.infer<typeof settingVisibility>;

interface SettingDefinition<Schema extends z.ZodType> {
  schema: Schema;
  default: z.output<Schema>;
  description: string;
  visibility: SettingVisibility;
}

function setting<Schema extends z.ZodType>(
  schema: Schema,
  fallback: z.output<Schema>,
  description: string,
  visibility: SettingVisibility = 'admin',
): SettingDefinition<Schema> {
  return { schema, default: fallback, description, visibility };
}

function isHttpsUrl(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
}

/** Names in braces, each of which a subject of its kind is filled with. */
const placeholders = /\{[^{}]*\}/g;

/** The subject of a kind of mail. What it may be filled with is what its default is filled with. */
function mailSubject(template: MailTemplate, fallback: string) {
  const known: readonly string[] = fallback.match(placeholders) ?? [];
  const may =
    known.length === 0 ? 'nothing in braces' : `nothing in braces but ${known.join(', ')}`;
  return setting(
    lineOfText(120).refine(
      (value) => (value.match(placeholders) ?? []).every((name) => known.includes(name)),
      `may hold ${may}`,
    ),
    fallback,
    `Subject of the mail ${template}${known.length === 0 ? '' : `, filled with ${known.join(' and ')}`}.`,
  );
}

/** Every setting: what it may be, what it is until someone sets it, and what it does. */
export const settingDefinitions = {
  require_email_verification: setting(
    z.boolean(),
    false,
    'New customers stay pending until they have verified their address.',
    'public',
  ),
  'password.min_length': setting(
    z.int().min(8).max(128),
    8,
    'Characters that a password needs at least.',
    'public',
  ),
  'password.min_score': setting(
    z.int().min(0).max(4),
    2,
    'Strength (zxcvbn score, 0 to 4) that a password needs which people choose for themselves.',
    'public',
  ),
  'auth.registration_open': setting(
    z.boolean(),
    true,
    'Whether customers can sign up by themselves.',
    'public',
  ),
  'auth.require_2fa_for_admins': setting(
    z.boolean(),
    false,
    'Admins can do nothing but set up a second factor until they have one.',
  ),
  'mail.from': setting(
    lineOfText(320).regex(
      /^(?:[^<>]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/,
      'must be an address such as support@example.com or Acme <support@example.com>',
    ),
    'apigate <apigate@localhost>',
    'Sender of every mail, unless MAIL_FROM is set.',
  ),
  'mail.subject_prefix': setting(
    z
      .string()
      .max(40)
      .refine(
        (value) => value === '' || lineOfText(40).safeParse(value).success,
        'must be one line',
      ),
    '',
    'What every subject starts with, such as [Acme].',
  ),
  'mail.smtp_url': setting(
    z
      .string()
      .max(512)
      .regex(/^(?:|smtps?:\/\/\S+)$/, 'must be empty or start with smtp:// or smtps://'),
    '',
    'Mail server, unless SMTP_URL is set. Without any, mails wait in the outbox.',
    'secret',
  ),
  'mail.subject.verify_email': mailSubject('verify_email', 'Confirm your e-mail address'),
  'mail.subject.already_registered': mailSubject(
    'already_registered',
    'You have an account already',
  ),
  'mail.subject.reset_password': mailSubject('reset_password', 'Set a new password'),
  'mail.subject.invite': mailSubject('invite', 'You are invited as {role}'),
  'mail.subject.welcome': mailSubject('welcome', 'Welcome'),
  'mail.subject.key_created': mailSubject('key_created', 'New key: {name}'),
  'mail.subject.password_changed': mailSubject('password_changed', 'Your password was changed'),
  'mail.subject.email_change_old': mailSubject(
    'email_change_old',
    'Confirm the change of your e-mail address',
  ),
  'mail.subject.email_change_new': mailSubject(
    'email_change_new',
    'Confirm your new e-mail address',
  ),
  'mail.subject.second_factor_changed': mailSubject(
    'second_factor_changed',
    'Second factor {change}',
  ),
  'mail.subject.privilege_raised': mailSubject('privilege_raised', '{who} is now {role}'),
  'mail.subject.quota_reached': mailSubject(
    'quota_reached',
    'You have used {percent} % of your quota',
  ),
  'mail.subject.quota_forecast': mailSubject(
    'quota_forecast',
    'At this pace: {percent} % of your quota',
  ),
  'mail.subject.plan_changed': mailSubject('plan_changed', 'Your plan is now {plan}'),
  'brand.name': setting(
    lineOfText(40),
    'apigate',
    'What the pages and the mails call this service.',
    'public',
  ),
  'brand.accent': setting(
    z
      .string()
      .toLowerCase()
      .regex(/^(?:|#[0-9a-f]{6})$/, 'must be empty or a colour such as #1d4ed8'),
    '',
    'Colour of buttons and links, made lighter or darker where text could not be read on it.',
    'public',
  ),
  'brand.logo': setting(
    logoDataUrl,
    '',
    'SVG or PNG image of at most 64 KiB that stands for the service on pages, and where it is a PNG in mails.',
    'public',
  ),
  'brand.links': setting(
    footerLinks,
    '',
    'Up to five links at the foot of pages and mails: one a line, a name and then an https URL.',
    'public',
  ),
  'portal.plan_change': setting(
    z.enum(['free', 'off']),
    'free',
    'Whether customers move between plans without price by themselves, or nobody does.',
    'public',
  ),
  'portal.try_it': setting(
    z.boolean(),
    true,
    'Whether the API reference of the portal can send calls: the proxy lets the portal’s pages, and no others, read its answers.',
    'public',
  ),
  'portal.support': setting(
    z
      .string()
      .trim()
      .max(320)
      .refine(
        (value) => value === '' || z.email().safeParse(value).success || isHttpsUrl(value),
        'must be empty, an e-mail address or a link that starts with https://',
      ),
    '',
    'E-mail address or https link where customers get help, and plans that they cannot choose themselves.',
    'public',
  ),
  'keys.prefix': setting(
    z.string().regex(/^[a-z][a-z0-9]{0,7}$/),
    'ak',
    'What new keys start with, before the underscore.',
  ),
  'ratelimit.scope': setting(
    z.enum(['user', 'key']),
    'user',
    'Whether all keys of a user share one rate limit or each key has its own.',
  ),
  'quota.exceeded_status': setting(
    z.union([z.literal(402), z.literal(429)]),
    402,
    'HTTP status of the answer when the quota is used up.',
  ),
  'pending.rate_limit_per_minute': setting(
    z.int().min(1),
    10,
    'Requests per minute of a pending user, where the plan allows more.',
  ),
  'pending.requests_per_month': setting(
    z.int().min(1),
    100,
    'Units per month of a pending user, where the plan allows more.',
  ),
  'upstreams.allow_private': setting(
    z.boolean(),
    true,
    'Whether upstreams may be at private addresses, such as 127.0.0.1 or 10.0.0.1.',
  ),
  'metering.when_full': setting(
    z.enum(['refuse', 'serve']),
    'refuse',
    'Whether requests are refused or served while a full disk keeps them from being metered.',
  ),
  'proxy.forward_email': setting(
    z.boolean(),
    false,
    'Whether the upstream is told the e-mail address of the user, as X-User-Email.',
  ),
} as const satisfies Record<string, SettingDefinition<z.ZodType>>;

export type SettingName = keyof typeof settingDefinitions;
export type Settings = {
  [Name in SettingName]: z.output<(typeof settingDefinitions)[Name]['schema']>;
};

/** What the value of a setting may be. */
export const settingValueForm = z.object({
  type: z.enum(['boolean', 'number', 'text']),
  /** The only ones, as text, where they are few. */
  values: z.array(z.string()).nullable(),
  /** Of a number. */
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** Of a text, in characters. */
  charsMax: z.int().nullable(),
});
export type SettingValueForm = z.infer<typeof settingValueForm>;

/** A setting as it is listed. The value of a secret is null, whether it is set or not. */
export const settingView = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).nullable(),
  default: z.union([z.string(), z.number(), z.boolean()]).nullable(),
  isSet: z.boolean(),
  description: z.string(),
  accepts: settingValueForm,
  visibility: settingVisibility,
  updatedAt: z.date().nullable(),
});
export type SettingView = z.infer<typeof settingView>;

export const settingList = z.object({ data: z.array(settingView) });
export const settingRef = z.strictObject({ name: z.string().min(1).max(64) });
/** The value may come as text, as from a command line: `true`, `12`. */
export const setSettingInput = z.strictObject({
  name: z.string().min(1).max(64),
  value: z.union([z.string().max(logoCharsMax), z.number(), z.boolean()]),
});
export type SetSettingInput = z.input<typeof setSettingInput>;

export const settingName = z.enum(
  Object.keys(settingDefinitions) as [SettingName, ...SettingName[]],
);
