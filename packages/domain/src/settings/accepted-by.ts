import { settingDefinitions, type SettingName, type SettingValueForm } from '@apigate/contract';

/** What a setting may be set to, as far as that can be told without trying. */
export function acceptedBy(name: SettingName): SettingValueForm {
  const schema = settingDefinitions[name].schema.toJSONSchema();
  const values = (schema.enum ?? schema.anyOf?.map(constantOf))?.map(String) ?? null;
  return {
    type: schema.type === 'boolean' ? 'boolean' : isNumber(schema.type) ? 'number' : 'text',
    values,
    min: schema.minimum ?? null,
    max: schema.maximum ?? null,
    charsMax: schema.maxLength ?? null,
  };
}

function isNumber(type: unknown): boolean {
  return type === 'integer' || type === 'number';
}

function constantOf(schema: unknown): unknown {
  return typeof schema === 'object' && schema !== null && 'const' in schema
    ? schema.const
    : undefined;
}
