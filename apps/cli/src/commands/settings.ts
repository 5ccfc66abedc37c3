import { setSettingInput, settingRef, settingView as settingSchema } from '@apigate/contract';
import type { SettingView } from '@apigate/sdk';
import type { Command } from 'commander';
import { z } from 'zod';
import { CommandError } from '../failure.ts';
import { orDash, time, yesNo } from '../format.ts';
import type { View } from '../output.ts';
import { askSecret, isInteractive } from '../prompt.ts';
import { addNoun, addVerb } from '../verb.ts';

const settingsView: View<SettingView> = {
  plural: 'settings',
  schema: settingSchema,
  columns: {
    Setting: (setting) => setting.name,
    Value: valueText,
    Set: (setting) => yesNo(setting.isSet),
    'What it does': (setting) => setting.description,
  },
  details: {
    Default: (setting) => orDash(setting.default?.toString()),
    'Who may see it': (setting) =>
      setting.visibility === 'secret' ? 'nobody, once it is set' : setting.visibility,
    Updated: (setting) => time(setting.updatedAt),
  },
};

/** `apigate settings …` */
export function addSettings(program: Command): void {
  const settings = addNoun(program, 'settings', 'How this installation behaves');

  addVerb(settings, {
    usage: 'list',
    about: 'List every setting with what is in force; secrets are not told',
    input: z.strictObject({}),
    examples: ['apigate settings list'],
    run: async ({ api, output }) => output.page(await api.settings.list(), settingsView),
  });

  addVerb(settings, {
    usage: 'get <name>',
    about: 'Show a setting',
    input: settingRef,
    examples: ['apigate settings get require_email_verification'],
    run: async ({ api, input, output }) =>
      output.item(await api.settings.get(input.name), settingsView),
  });

  addVerb(settings, {
    usage: 'set <name> [value]',
    about: 'Change a setting, at once and everywhere; asks for the value when it is not given',
    input: setSettingInput.partial({ value: true }),
    examples: [
      'apigate settings set require_email_verification true',
      'apigate settings set password.min_length 12',
      'apigate settings set mail.smtp_url',
    ],
    run: async ({ api, input, output }) => {
      const setting = await api.settings.set(input.name, input.value ?? (await askValue()));
      output.done(`${setting.name} is ${valueText(setting)}.`, setting);
    },
  });

  addVerb(settings, {
    usage: 'unset <name>',
    about: 'Put a setting back to its default',
    input: settingRef,
    examples: ['apigate settings unset require_email_verification'],
    run: async ({ api, input, output }) => {
      const setting = await api.settings.unset(input.name);
      output.done(`${setting.name} is ${valueText(setting)}, its default.`, setting);
    },
  });
}

function valueText(setting: SettingView): string {
  if (setting.visibility !== 'secret') return setting.value === '' ? 'empty' : `${setting.value}`;
  return setting.isSet ? 'set (secret)' : 'not set';
}

/** Not shown, because it may be a secret, which a command line would give away. */
async function askValue(): Promise<string> {
  if (!isInteractive()) throw new CommandError('usage', 'give the value after the name');
  return await askSecret('Value: ');
}
