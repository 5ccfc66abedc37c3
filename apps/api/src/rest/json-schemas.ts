import * as contract from '@apigate/contract';
import { errorCode, fieldError, problem, snakeCaseName } from '@apigate/contract';
import { z } from 'zod';
import { operations } from './operations/index.ts';
import { additionsTo } from './wire.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;
/** JSON Schemas by name. */
export type Fields = Readonly<Record<string, JsonSchema>>;

const pascalCase = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
/** Where the document says what a name means. */
export const refTo = (id: string) => `#/components/schemas/${id}`;

/** Problem details (RFC 9457) with a code, and every fault of an input. */
export const refusalSchema = problem.extend({
  code: errorCode,
  errors: z.array(fieldError).optional(),
});

/** What is answered, under the names of the contract, or else of the operation that answers it. */
const named = z.registry<{ id: string }>();
named.add(refusalSchema, { id: 'Refusal' });
const isAnswer = (name: string) => !/(?:Input|Ref)$/.test(name);
for (const [name, schema] of Object.entries(contract)) {
  if (schema instanceof z.ZodObject && isAnswer(name)) named.add(schema, { id: pascalCase(name) });
}
for (const { id, output } of operations) {
  if (!named.has(output)) named.add(output, { id: `${pascalCase(id)}Answer` });
}

/** @returns the name under which a schema stands in the document; empty if it does not. */
export const schemaNameOf = (schema: z.ZodType) => named.get(schema)?.id ?? '';

/** Turns the JSON Schema of a schema into that of what REST sends and takes. */
function inWireNames(schema: z.core.$ZodTypes, json: JsonSchema): void {
  if (schema._zod.def.type === 'date') Object.assign(json, { type: 'string', format: 'date-time' });
  if (json.properties === undefined) return;
  json.properties = Object.fromEntries(
    Object.entries(json.properties).map(([field, inner]) => [snakeCaseName(field), inner]),
  );
  if (json.required !== undefined) json.required = json.required.map(snakeCaseName);
  for (const [name, addition] of additionsTo(schema)) {
    json.properties[name] = plain(z.toJSONSchema(addition.schema));
    json.required?.push(name);
  }
}

/** A schema without what says whose it is: that is the document’s. */
function plain(schema: JsonSchema): JsonSchema {
  const { $schema: _, $id: __, ...rest } = schema;
  return rest;
}

/** The schema of an input by its names in REST, wherever in a request its fields come. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  return plain(
    z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => inWireNames(zodSchema, jsonSchema),
    }),
  );
}

/** The schemas of all answers. Clients must bear fields that are added later, so none says that there are no others. */
export function answerSchemas(): Fields {
  const { schemas } = z.toJSONSchema(named, {
    io: 'output',
    uri: refTo,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      inWireNames(zodSchema, jsonSchema);
    },
  });
  const { __shared: _, ...own } = schemas;
  const text = JSON.stringify(
    Object.fromEntries(Object.entries(own).map(([id, schema]) => [id, plain(schema)])),
  );
  // What is shared is JSON of any kind.
  const all: Record<string, JsonSchema> = JSON.parse(text, (_name, value: unknown) =>
    String(Reflect.get(Object(value), '$ref')).includes('__shared') ? {} : value,
  );
  return reachable(all);
}

/** Those of `all` that an answer is made of. */
function reachable(all: Fields): Fields {
  const kept = new Set<string>();
  const keep = (id: string): void => {
    const schema = all[id];
    if (schema === undefined || kept.has(id)) return;
    kept.add(id);
    for (const [, other = ''] of JSON.stringify(schema).matchAll(/#\/components\/schemas\/(\w+)"/g))
      keep(other);
  };
  keep(schemaNameOf(refusalSchema));
  for (const { output, status } of operations) if (status !== 204) keep(schemaNameOf(output));
  return Object.fromEntries(Object.entries(all).filter(([id]) => kept.has(id)));
}
