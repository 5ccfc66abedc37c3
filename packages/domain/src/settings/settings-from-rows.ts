import { settingDefinitions, settingName, type Settings } from '@apigate/contract';

/** The settings in force: what is stored where it is valid, the default everywhere else. */
export function settingsFromRows(rows: readonly { name: string; value: unknown }[]): Settings {
  const stored = new Map(rows.map((row) => [row.name, row.value]));
  const entries = settingName.options.map((name) => {
    const definition = settingDefinitions[name];
    const parsed = definition.schema.safeParse(stored.get(name));
    return [name, parsed.success ? parsed.data : definition.default];
  });
  return Object.fromEntries(entries) as Settings;
}
