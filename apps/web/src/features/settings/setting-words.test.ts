import { mailTemplates, settingDefinitions, type SettingView } from '@apigate/contract';
import { expect, it } from 'vitest';
import { settingGroups } from './setting-words.ts';

it('every setting is in a group that has a name, those of mails apart from their subjects', () => {
  const settings = Object.entries(settingDefinitions).map(
    ([name, { description, visibility }]): SettingView => ({
      name,
      value: null,
      default: null,
      isSet: false,
      description,
      accepts: { type: 'text', values: null, min: null, max: null, charsMax: null },
      visibility,
      updatedAt: null,
    }),
  );
  const groups = settingGroups(settings);
  for (const { title } of groups) expect(title).toMatch(/^[A-Z]/);
  const namesIn = (title: string) =>
    groups.find((group) => group.title === title)?.settings.map(({ name }) => name);
  expect(namesIn('Mail')).toEqual(['mail.from', 'mail.subject_prefix', 'mail.smtp_url']);
  expect(namesIn('Subjects of mails')).toHaveLength(mailTemplates.length);
  expect(namesIn('Accounts')).toEqual(['require_email_verification']);
});
