import type { ApiSchema } from '@apigate/contract';

/** The schemas of a reference by their names. */
export type Schemas = ReadonlyMap<string, ApiSchema>;

/** A value that a schema describes, as it may look. What contains itself is cut short. */
export function exampleValue(
  schema: ApiSchema,
  schemas: Schemas,
  within: readonly string[] = [],
): unknown {
  const { ref, example, default: fallback, values, either, every, types } = schema;
  for (const text of [example, fallback, values?.[0]]) {
    if (text !== undefined) return parsed(text);
  }
  const inner = (one: ApiSchema) => exampleValue(one, schemas, within);
  if (ref !== undefined) {
    const target = within.includes(ref) ? undefined : schemas.get(ref);
    return target === undefined ? null : exampleValue(target, schemas, [...within, ref]);
  }
  const [alternative] = either ?? [];
  if (alternative !== undefined) return inner(alternative);
  if (every !== undefined) {
    const parts = every.map(inner).filter((part) => typeof part === 'object');
    return Object.assign({}, ...parts, propertiesOf(schema, inner, within));
  }
  switch (types[0] ?? '') {
    case 'object':
      return propertiesOf(schema, inner, within);
    case 'array':
      return schema.items === undefined ? [] : [inner(schema.items)];
    case 'string':
      return stringOf(schema.format ?? '');
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return true;
    default:
      return null;
  }
}

function propertiesOf(
  { properties = [] }: ApiSchema,
  inner: (schema: ApiSchema) => unknown,
  within: readonly string[],
) {
  const ending = properties.filter(({ schema }) => !within.includes(schema.ref ?? ''));
  return Object.fromEntries(ending.map(({ name, schema }) => [name, inner(schema)]));
}

function stringOf(format: string): string {
  switch (format) {
    case 'date-time':
      return '2026-01-01T00:00:00Z';
    case 'date':
      return '2026-01-01';
    case 'email':
      return 'jane@example.com';
    case 'uuid':
      return '00000000-0000-4000-8000-000000000000';
    case 'uri':
    case 'url':
      return 'https://example.com';
    default:
      return 'string';
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
