import { snakeCaseName } from '@apigate/contract';
import { z } from 'zod';
import {
  idempotencyKeyCharsMax,
  takesIdempotencyKey,
  takesIfMatch,
  tellsVersion,
} from './conditions.ts';
import { exampleOf } from './examples.ts';
import {
  answerSchemas,
  inputSchema,
  refTo,
  refusalSchema,
  schemaNameOf,
  type Fields,
} from './json-schemas.ts';
import type { Operation, OperationGroup } from './operation.ts';
import { operationGroups } from './operations/index.ts';
import { aliasesIn, takesQuery } from './read-input.ts';
import { refusals, refusalsOf } from './refusals.ts';
import { defOf, toWire } from './wire.ts';

type Json = Readonly<Record<string, unknown>>;

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
  const { status, output, produces, streams } = operation;
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
  const content = { schema: { $ref: refTo(schemaNameOf(output)) }, example };
  const streamed = streams === undefined ? {} : { [streams]: { schema: { type: 'string' } } };
  return { description, headers: told, content: { 'application/json': content, ...streamed } };
}

/** The noun of an answer, by which its example is made: of a page that of its items. */
function nounOf({ output }: Operation): string {
  const def = defOf(output, 'out');
  const data = def.type === 'object' ? def.shape['data'] : undefined;
  const list = data === undefined ? undefined : defOf(data, 'out');
  const item = list?.type === 'array' && list.element instanceof z.ZodType ? list.element : output;
  const name = schemaNameOf(item).replace(/^Created/, '');
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

function describe(operation: Operation, group: OperationGroup): Json {
  const { id, summary, description, isOpen } = operation;
  const parameters = parametersOf(operation);
  const body = requestBodyOf(operation);
  return {
    operationId: id,
    tags: [group.name],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(isOpen === true ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...body,
    responses: {
      [operation.status]: successOf(operation),
      ...Object.fromEntries(
        refusalsOf(operation, 'requestBody' in body).map((status) => [
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
      const content = { schema: { $ref: refTo(schemaNameOf(refusalSchema)) }, example };
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
