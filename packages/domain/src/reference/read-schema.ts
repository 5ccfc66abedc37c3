import type { ApiSchema } from '@apigate/contract';
import { jsonText, listIn, objectIn, pointedAt, textIn, type Loose } from './loose-json.ts';

const depthMax = 40;
const valuesMax = 200;

/** Brings the schemas of a document into one form. What they refer to is gathered by its name, each once. */
export class SchemaReader {
  readonly #document: Loose;
  readonly #found = new Map<string, ApiSchema>();

  constructor(document: Loose) {
    this.#document = document;
  }

  /** Every schema that was referred to. */
  get schemas(): { name: string; schema: ApiSchema }[] {
    return [...this.#found].map(([name, schema]) => ({ name, schema }));
  }

  read(value: unknown, depth = 0): ApiSchema {
    if (value === true || depth > depthMax) return { types: [] };
    const schema = objectIn(value);
    const pointer = textIn(schema['$ref']);
    if (pointer !== null) return this.#referred(pointer);
    const deeper = (inner: unknown) => this.read(inner, depth + 1);
    const many = (...names: string[]) => {
      const all = names.flatMap((name) => listIn(schema[name])).map(deeper);
      return all.length === 0 ? undefined : all;
    };
    return withoutUndefined({
      types: typesOf(schema),
      format: textIn(schema['format']) ?? undefined,
      description: textIn(schema['description']) ?? textIn(schema['title']) ?? undefined,
      isDeprecated: schema['deprecated'] === true || undefined,
      bounds: boundsOf(schema),
      values: valuesOf(schema),
      default: jsonText(schema['default']),
      example: jsonText(schema['example'] ?? listIn(schema['examples'])[0]),
      properties: propertiesOf(schema, deeper),
      items: schema['items'] === undefined ? undefined : deeper(schema['items']),
      others:
        typeof schema['additionalProperties'] === 'object'
          ? deeper(schema['additionalProperties'])
          : undefined,
      either: many('oneOf', 'anyOf'),
      every: many('allOf'),
    });
  }

  #referred(pointer: string): ApiSchema {
    const target = pointedAt(this.#document, pointer);
    const name = pointer.split('/').at(-1) ?? pointer;
    if (target === undefined)
      return { types: [], description: `${pointer} is not in the document.` };
    const key = pointer.startsWith('#/components/schemas/') ? name : pointer;
    if (!this.#found.has(key)) {
      // Before it is read, because it may refer to itself.
      this.#found.set(key, { types: [] });
      this.#found.set(key, this.read(target));
    }
    return { types: [], ref: key };
  }
}

function typesOf(schema: Loose): string[] {
  const given = Array.isArray(schema['type']) ? listIn(schema['type']) : [schema['type']];
  const types = given.flatMap((type) => textIn(type) ?? []);
  if (types.length === 0 && schema['properties'] !== undefined) types.push('object');
  if (types.length === 0 && schema['items'] !== undefined) types.push('array');
  if (schema['nullable'] === true && !types.includes('null')) types.push('null');
  return types;
}

function valuesOf(schema: Loose): string[] | undefined {
  const only = 'const' in schema ? [schema['const']] : listIn(schema['enum']);
  const values = only.slice(0, valuesMax).flatMap((value) => jsonText(value) ?? []);
  return values.length === 0 ? undefined : values;
}

function propertiesOf(schema: Loose, read: (value: unknown) => ApiSchema) {
  if (schema['properties'] === undefined) return undefined;
  const required = new Set(listIn(schema['required']));
  return Object.entries(objectIn(schema['properties'])).map(([name, value]) => ({
    name,
    isRequired: required.has(name),
    schema: read(value),
  }));
}

const boundWords: readonly [string, (bound: string) => string][] = [
  ['minimum', (bound) => `at least ${bound}`],
  ['exclusiveMinimum', (bound) => `more than ${bound}`],
  ['maximum', (bound) => `at most ${bound}`],
  ['exclusiveMaximum', (bound) => `less than ${bound}`],
  ['multipleOf', (bound) => `a multiple of ${bound}`],
  ['minLength', (bound) => `at least ${bound} characters`],
  ['maxLength', (bound) => `at most ${bound} characters`],
  ['pattern', (bound) => `matches ${bound}`],
  ['minItems', (bound) => `at least ${bound} items`],
  ['maxItems', (bound) => `at most ${bound} items`],
];

function boundsOf(schema: Loose): string[] | undefined {
  const bounds = boundWords.flatMap(([name, words]) => {
    const bound = schema[name];
    return typeof bound === 'number' || typeof bound === 'string' ? [words(String(bound))] : [];
  });
  return bounds.length === 0 ? undefined : bounds;
}

function withoutUndefined(schema: ApiSchema): ApiSchema {
  const set = Object.entries(schema).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(set), types: schema.types };
}
