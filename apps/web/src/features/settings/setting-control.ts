import { settingDefinitions, settingName, type SettingView } from '@apigate/contract';

/** What a setting is changed with. */
export type SettingControl =
  | { kind: 'switch' }
  | { kind: 'number'; min: number | undefined; max: number | undefined }
  | { kind: 'choice'; values: readonly string[] }
  | { kind: 'text'; charsMax: number | undefined }
  | { kind: 'lines'; charsMax: number | undefined }
  | { kind: 'image' }
  | { kind: 'secret'; charsMax: number | undefined };

/** Chooses by what the contract says that a setting may be; a setting of a newer server is plain text. */
export function settingControl({
  name,
  visibility,
}: Pick<SettingView, 'name' | 'visibility'>): SettingControl {
  const known = settingName.safeParse(name);
  if (!known.success) {
    return { kind: visibility === 'secret' ? 'secret' : 'text', charsMax: undefined };
  }
  if (known.data === 'brand.logo') return { kind: 'image' };
  const schema = settingDefinitions[known.data].schema.toJSONSchema();
  const values = (schema.enum ?? schema.anyOf?.map(constantOf))?.map(String);
  if (visibility === 'secret') return { kind: 'secret', charsMax: schema.maxLength };
  if (schema.type === 'boolean') return { kind: 'switch' };
  if (values !== undefined) return { kind: 'choice', values };
  if (schema.type === 'integer' || schema.type === 'number')
    return { kind: 'number', min: schema.minimum, max: schema.maximum };
  return { kind: known.data === 'brand.links' ? 'lines' : 'text', charsMax: schema.maxLength };
}

function constantOf(schema: unknown): unknown {
  return typeof schema === 'object' && schema !== null && 'const' in schema
    ? schema.const
    : undefined;
}
