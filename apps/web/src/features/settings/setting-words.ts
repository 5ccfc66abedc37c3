import type { SettingView, SettingVisibility } from '@apigate/contract';

/** Who may know it; nothing where that is the admins, as with most. */
export const visibilityText = {
  public: 'Everybody may know it.',
  customer: 'Whoever is signed in may know it.',
  admin: undefined,
  secret: 'It is never shown once it is set.',
} as const satisfies Record<SettingVisibility, string | undefined>;

/** A value as people read it. */
export function settingText(value: SettingView['value']): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (value === '' || value === null) return 'empty';
  const text = String(value);
  return text.startsWith('data:image/') ? 'an image' : text.replaceAll('\n', ', ');
}

/** What stands before the last dot of a name, in words. */
const groupText: Readonly<Record<string, string>> = {
  '': 'Accounts',
  password: 'Passwords',
  auth: 'Signing up and in',
  mail: 'Mail',
  'mail.subject': 'Subjects of mails',
  brand: 'Branding',
  portal: 'Portal',
  keys: 'Keys',
  ratelimit: 'Rate limits',
  quota: 'Quotas',
  pending: 'Pending users',
  upstreams: 'Upstreams',
  proxy: 'Proxy',
  metering: 'Metering',
};

export interface SettingGroup {
  title: string;
  settings: readonly SettingView[];
}

/** Settings under what their names start with, in the order in which they come. */
export function settingGroups(settings: readonly SettingView[]): SettingGroup[] {
  const groups = Map.groupBy(settings, ({ name }) =>
    name.slice(0, Math.max(0, name.lastIndexOf('.'))),
  );
  return [...groups].map(([prefix, members]) => ({
    title: groupText[prefix] ?? prefix,
    settings: members,
  }));
}
