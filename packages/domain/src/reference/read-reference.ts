import {
  parameterPlaces,
  type ApiContent,
  type ApiOperation,
  type ApiParameter,
  type ApiReference,
} from '@apigate/contract';
import { jsonText, listIn, objectIn, resolved, textIn, type Loose } from './loose-json.ts';
import { documentError } from './read-document.ts';
import { SchemaReader } from './read-schema.ts';

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace'] as const;
const operationsMax = 2_000;
const ungrouped = 'Operations';

/**
 * Makes a reference of an OpenAPI 3 document. Parts that are not as they should be are left out; what refers to other
 * files is told as missing.
 *
 * @throws DomainError bad_request where it is no such document
 */
export function readReference(document: unknown): ApiReference {
  const root = objectIn(document);
  refuseOthers(root);
  const info = objectIn(root['info']);
  const schemas = new SchemaReader(root);
  const operations = operationsIn(root, schemas);
  if (operations.length === 0) {
    throw documentError('The document has no operations: "paths" is missing or empty.');
  }
  const described = new Map(
    listIn(root['tags']).map((tag) => {
      const { name, description } = objectIn(tag);
      return [textIn(name), textIn(description)];
    }),
  );
  const used = new Set(operations.map(({ group }) => group));
  const order = [...described.keys()].filter((name) => name !== null && used.has(name));
  const names = new Set([...order, ...used].filter((name) => name !== null));
  return {
    title: textIn(info['title']) ?? 'API',
    version: textIn(info['version']) ?? '',
    description: textIn(info['description']),
    basePath: basePathOf(root),
    groups: [...names].map((name) => ({ name, description: described.get(name) ?? null })),
    operations,
    schemas: schemas.schemas,
  };
}

function refuseOthers(root: Loose): void {
  if (root['swagger'] !== undefined) {
    throw documentError(
      'This is Swagger 2.0. Convert it to OpenAPI 3, for example with a tool such as swagger2openapi.',
    );
  }
  const version = textIn(root['openapi']);
  if (version === null) {
    throw documentError('This is no OpenAPI document: it does not begin with "openapi": "3.…".');
  }
  if (!version.startsWith('3.')) {
    throw documentError(
      `The document is OpenAPI ${version.slice(0, 20)}. Versions 3.0 and 3.1 are read.`,
    );
  }
}

/** The path of the first server: paths of the document are below it. */
function basePathOf(root: Loose): string {
  const url = textIn(objectIn(listIn(root['servers'])[0])['url']) ?? '/';
  if (url.includes('{') || !URL.canParse(url, 'http://localhost')) return '';
  return new URL(url, 'http://localhost').pathname.replace(/\/+$/, '');
}

function operationsIn(root: Loose, schemas: SchemaReader): ApiOperation[] {
  const found: ApiOperation[] = [];
  const ids = new Set<string>();
  for (const [path, value] of Object.entries(objectIn(root['paths']))) {
    if (!path.startsWith('/')) continue;
    const item = resolved(root, value);
    for (const method of methods) {
      if (item[method] === undefined || found.length === operationsMax) continue;
      const operation = operationAt(root, schemas, { path, method, item });
      let { id } = operation;
      for (let more = 2; ids.has(id); more += 1) id = `${operation.id}-${more}`;
      ids.add(id);
      found.push({ ...operation, id });
    }
  }
  return found;
}

function operationAt(
  root: Loose,
  schemas: SchemaReader,
  { path, method, item }: { path: string; method: string; item: Loose },
): ApiOperation {
  const operation = objectIn(item[method]);
  const body = resolved(root, operation['requestBody']);
  const summary = textIn(operation['summary']) ?? `${method.toUpperCase()} ${path}`;
  return {
    id: slugOf(textIn(operation['operationId']) ?? `${method} ${path}`),
    method: method.toUpperCase(),
    path,
    group: textIn(listIn(operation['tags'])[0]) ?? ungrouped,
    summary,
    description: textIn(operation['description']),
    isDeprecated: operation['deprecated'] === true,
    parameters: parametersOf(root, schemas, [
      ...listIn(item['parameters']),
      ...listIn(operation['parameters']),
    ]),
    body:
      operation['requestBody'] === undefined
        ? null
        : { isRequired: body['required'] === true, contents: contentsOf(root, schemas, body) },
    responses: Object.entries(objectIn(operation['responses'])).map(([status, value]) => {
      const response = resolved(root, value);
      return {
        status,
        description: textIn(response['description']) ?? '',
        contents: contentsOf(root, schemas, response),
      };
    }),
  };
}

function slugOf(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_.-]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'operation';
}

/** Those of the operation take the place of the path's with the same name. */
function parametersOf(
  root: Loose,
  schemas: SchemaReader,
  given: readonly unknown[],
): ApiParameter[] {
  const byName = new Map<string, ApiParameter>();
  for (const value of given) {
    const parameter = resolved(root, value);
    const name = textIn(parameter['name']);
    const place = parameterPlaces.find((each) => each === parameter['in']);
    if (name === null || place === undefined) continue;
    const [content] = contentsOf(root, schemas, parameter);
    byName.set(`${place} ${name}`, {
      name,
      in: place,
      isRequired: place === 'path' || parameter['required'] === true,
      description: textIn(parameter['description']),
      schema: content?.schema ?? schemas.read(parameter['schema']),
      example: plainText(exampleOf(root, parameter) ?? objectIn(parameter['schema'])['example']),
    });
  }
  return [...byName.values()];
}

function contentsOf(root: Loose, schemas: SchemaReader, value: Loose): ApiContent[] {
  return Object.entries(objectIn(value['content'])).map(([type, media]) => {
    const { schema, ...rest } = objectIn(media);
    const example = exampleOf(root, rest);
    return {
      type,
      schema: schema === undefined ? null : schemas.read(schema),
      example: typeof example === 'string' ? textIn(example) : (jsonText(example, 2) ?? null),
    };
  });
}

function exampleOf(root: Loose, holder: Loose): unknown {
  if (holder['example'] !== undefined) return holder['example'];
  const [first] = Object.values(objectIn(holder['examples']));
  return first === undefined ? undefined : resolved(root, first)['value'];
}

function plainText(value: unknown): string | null {
  return typeof value === 'string' ? textIn(value) : (jsonText(value) ?? null);
}
