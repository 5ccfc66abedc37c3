import * as contract from '@apigate/contract';
import { errorCode, fieldError, problem, snakeCaseName } from '@apigate/contract';
import { z } from 'zod';
import {
  idempotencyKeyCharsMax,
  takesIdempotencyKey,
  takesIfMatch,
  tellsVersion,
} from './conditions.ts';
import { exampleOf } from './examples.ts';
import type { Operation, OperationGroup } from './operation.ts';
import { operationGroups, operations } from './operations/index.ts';
import { aliasesIn, takesQuery } from './read-input.ts';
import { additionsTo, defOf, toWire } from './wire.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;
type Fields = Readonly<Record<string, JsonSchema>>;
type Json = Readonly<Record<string, unknown>>;

const pascalCase = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
const refTo = (id: string) => `#/components/schemas/${id}`;

/** Problem details (RFC 9457) with a code, and every fault of an input. */
const refusal = problem.extend({ code: errorCode, errors: z.array(fieldError).optional() });

/** What is answered, under the names of the contract, or else of the operation that answers it. */
const named = z.registry<{ id: string }>();
named.add(refusal, { id: 'Refusal' });
const isAnswer = (name: string) => !/(?:Input|Ref)$/.test(name);
for (const [name, schema] of Object.entries(contract)) {
  if (schema instanceof z.ZodObject && isAnswer(name)) named.add(schema, { id: pascalCase(name) });
}
for (const { id, output } of operations) {
  if (!named.has(output)) named.add(output, { id: `${pascalCase(id)}Answer` });
}
const nameOf = (schema: z.ZodType) => named.get(schema)?.id ?? '';

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

function inputSchema(schema: z.ZodType): JsonSchema {
  return plain(
    z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => inWireNames(zodSchema, jsonSchema),
    }),
  );
}

/** The schemas of all answers. Clients must bear fields that are added later, so none says that there are no others. */
function answerSchemas(): Fields {
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
  keep(nameOf(refusal));
  for (const { output, status } of operations) if (status !== 204) keep(nameOf(output));
  return Object.fromEntries(Object.entries(all).filter(([id]) => kept.has(id)));
}

/** The fields of an operation's input that come in query or body, by their names in REST. */
function fieldsOf(operation: Operation): { fields: Fields; required: readonly string[] } {
  const { properties = {}, required = [] } = inputSchema(operation.input);
  const inPath = new Set(Object.values(operation.params).map(snakeCaseName));
  const fields = Object.fromEntries(
    Object.entries(properties as Fields).filter(([name]) => !inPath.has(name)),
  );
  for (const [alias, field] of Object.entries(aliasesIn(operation))) {
    const schema = fields[field];
    if (schema !== undefined) {
      fields[alias] = {
        ...schema,
        description: `The same as \`${field}\`: an id, a slug or a name.`,
      };
    }
  }
  return { fields, required: required.filter((name) => !inPath.has(name)) };
}

function parametersOf(operation: Operation): Json[] {
  const { path = {}, query = {} } = operation.example;
  const inPath = Object.entries(operation.params).map(([name, field]) => ({
    name,
    in: 'path',
    required: true,
    schema: inputSchema(operation.input).properties?.[snakeCaseName(field)] ?? { type: 'string' },
    example: path[name],
  }));
  const { fields, required } = fieldsOf(operation);
  const inQuery = takesQuery(operation)
    ? Object.entries(fields).map(([name, schema]) => ({
        name,
        in: 'query',
        required: required.includes(name),
        schema,
        ...(schema.description === undefined ? {} : { description: schema.description }),
        ...(schema.type === 'object' ? { style: 'deepObject', explode: true } : {}),
        ...(schema.type === 'array' ? { style: 'form', explode: false } : {}),
        ...(name in query ? { example: query[name] } : {}),
      }))
    : [];
  const ofCondition = takesIfMatch(operation) ? [{ $ref: '#/components/parameters/IfMatch' }] : [];
  const ofRepetition = takesIdempotencyKey(operation)
    ? [{ $ref: '#/components/parameters/IdempotencyKey' }]
    : [];
  return [...inPath, ...inQuery, ...ofCondition, ...ofRepetition];
}

function requestBodyOf(operation: Operation): Json {
  const { body } = operation.example;
  if (operation.consumes !== undefined) {
    const schema = { type: 'string' };
    const content = operation.consumes.map((type) => [type, { schema, example: body }]);
    return { requestBody: { required: true, content: Object.fromEntries(content) } };
  }
  const { fields, required } = fieldsOf(operation);
  if (takesQuery(operation) || Object.keys(fields).length === 0) return {};
  const schema = {
    type: 'object',
    properties: fields,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
  const content = { 'application/json': { schema, example: body ?? {} } };
  return { requestBody: { required: required.length > 0, content } };
}

const headers = {
  RequestId: {
    description: 'Names this request in the log and the audit log.',
    schema: { type: 'string' },
  },
  ETag: {
    description: 'The version of the object: another one after every change of what people set.',
    schema: { type: 'string' },
  },
  Location: { description: 'Where what was made is found.', schema: { type: 'string' } },
  Replayed: {
    description: '`true` when this is the answer to an earlier request with the same key.',
    schema: { type: 'string' },
  },
  Allow: { description: 'The methods that the address takes.', schema: { type: 'string' } },
} as const;
const header = (name: keyof typeof headers) => ({ $ref: `#/components/headers/${name}` });

function successOf(operation: Operation): Json {
  const { status, output, produces } = operation;
  const told = {
    'X-Request-Id': header('RequestId'),
    ...(tellsVersion(operation) ? { ETag: header('ETag') } : {}),
    ...(takesIdempotencyKey(operation) ? { 'Idempotency-Replayed': header('Replayed') } : {}),
  };
  if (status === 204) return { description: 'Done; there is nothing to say.', headers: told };
  const description = operation.summary;
  if (produces !== undefined) {
    const content = produces.map((type) => [type, { schema: { type: 'string' } }]);
    return { description, headers: told, content: Object.fromEntries(content) };
  }
  const example = toWire(output, exampleOf(output, nounOf(operation)));
  const content = { schema: { $ref: refTo(nameOf(output)) }, example };
  return { description, headers: told, content: { 'application/json': content } };
}

/** The noun of an answer, by which its example is made: of a page that of its items. */
function nounOf({ output }: Operation): string {
  const def = defOf(output, 'out');
  const data = def.type === 'object' ? def.shape['data'] : undefined;
  const list = data === undefined ? undefined : defOf(data, 'out');
  const item = list?.type === 'array' && list.element instanceof z.ZodType ? list.element : output;
  const name = nameOf(item).replace(/^Created/, '');
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

/** Why an operation may be refused, by the name of the component that describes it. */
const refusals = {
  400: [
    'BadRequest',
    'The request is not well formed: `errors` names every fault.',
    'bad_request',
    'limit: Too big: expected number to be <=200',
  ],
  401: [
    'Unauthenticated',
    'Nobody, or nobody any more, is behind the credentials.',
    'unauthenticated',
    'Sign in first.',
  ],
  403: ['Forbidden', 'The caller may not do this.', 'forbidden', 'You may not do this.'],
  404: [
    'NotFound',
    'There is no such thing, or none that the caller may know of.',
    'not_found',
    'There is no such user.',
  ],
  405: [
    'MethodNotAllowed',
    'The address takes other methods.',
    'method_not_allowed',
    'This address takes GET, HEAD, not PUT.',
  ],
  409: [
    'Conflict',
    'What is there already forbids it.',
    'email_taken',
    'Another user has this address.',
  ],
  412: [
    'PreconditionFailed',
    'The object is in another version than `If-Match` demands.',
    'precondition_failed',
    'This was changed since you read it. Read it again, then repeat your change.',
  ],
  413: ['PayloadTooLarge', 'The body is too large.', 'payload_too_large', 'The body is too large.'],
  415: [
    'UnsupportedMediaType',
    'The body is of another type.',
    'unsupported_media_type',
    'The body must be application/json.',
  ],
  422: [
    'IdempotencyKeyReused',
    'The `Idempotency-Key` was used for another request.',
    'idempotency_key_reused',
    'This idempotency key was used for another request. Take a new key for a new request.',
  ],
  429: [
    'TooManyRequests',
    'This was tried too often.',
    'too_many_requests',
    'Too many attempts. Try again in 60 s.',
  ],
  500: [
    'InternalError',
    'It failed on our side, and is logged under the request id.',
    'internal_error',
    'This failed on our side, and it is logged. Try again; if it stays, tell the operator the request id.',
  ],
  503: [
    'NotReady',
    'The database does not answer, or there is too much to do.',
    'not_ready',
    'The database does not answer. Try again in a moment.',
  ],
} as const satisfies Record<number, readonly [string, string, contract.ErrorCode, string]>;
type Status = keyof typeof refusals;

function refusalsOf(operation: Operation): Status[] {
  const { method, isOpen = false } = operation;
  const hasBody = 'requestBody' in requestBodyOf(operation);
  return [
    400,
    401,
    403,
    ...(isOpen ? [] : [404 as const]),
    ...(method === 'GET' ? [] : [409 as const]),
    ...(takesIfMatch(operation) ? [412 as const] : []),
    ...(hasBody ? [413 as const, 415 as const] : []),
    ...(takesIdempotencyKey(operation) ? [422 as const] : []),
    ...(isOpen ? [429 as const] : []),
    500,
    503,
  ];
}

function describe(operation: Operation, group: OperationGroup): Json {
  const { id, summary, description, isOpen } = operation;
  const parameters = parametersOf(operation);
  return {
    operationId: id,
    tags: [group.name],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(isOpen === true ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBodyOf(operation),
    responses: {
      [operation.status]: successOf(operation),
      ...Object.fromEntries(
        refusalsOf(operation).map((status) => [
          status,
          { $ref: `#/components/responses/${refusals[status][0]}` },
        ]),
      ),
    },
  };
}

function responses(): Json {
  return Object.fromEntries(
    Object.entries(refusals).map(([status, [name, description, code, detail]]) => {
      const example = {
        type: 'about:blank',
        title: description.replace(/[.:,].*/, ''),
        status: Number(status),
        detail,
        code,
        request_id: '01a1ffd9-73bf-703f-9d41-70fe054d2edf',
      };
      const content = { schema: { $ref: refTo(nameOf(refusal)) }, example };
      const told = {
        'X-Request-Id': header('RequestId'),
        ...(status === '405' ? { Allow: header('Allow') } : {}),
      };
      return [
        name,
        { description, headers: told, content: { 'application/problem+json': content } },
      ];
    }),
  );
}

/**
 * The OpenAPI 3.1 document of the REST surface, made from the table of its operations.
 *
 * @param publicUrl where callers reach it.
 */
export function openApiDocument(publicUrl: string, version: string) {
  const paths: Record<string, Record<string, Json>> = {};
  for (const group of operationGroups) {
    for (const operation of group.operations) {
      const path = (paths[operation.path] ??= {});
      path[operation.method.toLowerCase()] = describe(operation, group);
    }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'apigate',
      version,
      description:
        'The control plane: users, plans, keys, routes, usage. Names are in snake_case, times in ISO 8601 (UTC), money in cents. Lists answer `data`, `has_more` and `next_cursor`, which the next call takes as `cursor`. Refusals are problem details (RFC 9457) with a `code` for programs and `errors` for the fields.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    tags: operationGroups.map(({ name, description }) => ({ name, description })),
    security: [{ bearer: [] }, { cookie: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An access token of `POST /auth/login`, or a service key (`sk_…`).',
        },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: 'apigate_access',
          description: 'The session of a browser; good only for requests from this site’s pages.',
        },
      },
      parameters: {
        IfMatch: {
          name: 'If-Match',
          in: 'header',
          description: 'The `ETag` of the version that is to be changed; another one is refused.',
          schema: { type: 'string' },
        },
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          description:
            'Your name for this request. For 24 hours whoever sends it again gets the first answer, and nothing is made twice.',
          schema: { type: 'string', minLength: 1, maxLength: idempotencyKeyCharsMax },
        },
      },
      headers,
      responses: responses(),
      schemas: answerSchemas(),
    },
  };
}
