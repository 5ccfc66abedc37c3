import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { setSettingInput, settingRef, settingView as settingSchema } from '@apigate/contract';
import type { SettingView } from '@apigate/sdk';
import type { Command } from 'commander';
import { z } from 'zod';
import { CommandError } from '../failure.ts';
import { count, orDash, time, yesNo } from '../format.ts';
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
      'apigate settings set brand.logo ./logo.svg',
    ],
    run: async ({ api, input, output }) => {
      const given = input.value ?? (await askValue());
      const value = input.name === 'brand.logo' ? await imageIn(String(given)) : given;
      const setting = await api.settings.set(input.name, value);
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
  if (setting.visibility === 'secret') return setting.isSet ? 'set (secret)' : 'not set';
  const value = String(setting.value);
  if (value.startsWith('data:image/')) return `an image of ${count(value.length)} characters`;
  return value === '' ? 'empty' : value.replaceAll('\n', ', ');
}

/** An image as settings keep it, of a file. @param given a path; what is no path is left as it is */
async function imageIn(given: string): Promise<string> {
  if (given === '' || given.startsWith('data:')) return given;
  const type = { '.svg': 'image/svg+xml', '.png': 'image/png' }[extname(given).toLowerCase()];
  if (type === undefined) throw new CommandError('usage', `${given} is no .svg or .png file`);
  try {
    return `data:${type};base64,${(await readFile(given)).toString('base64')}`;
  } catch {
    throw new CommandError('refused', `${given} cannot be read`);
  }
}

/** Not shown, because it may be a secret, which a command line would give away. */
async function askValue(): Promise<string> {
  if (!isInteractive()) throw new CommandError('usage', 'give the value after the name');
  return await askSecret('Value: ');
}
