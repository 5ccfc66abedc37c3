import type { ApiContent, ApiOperation } from '@apigate/contract';
import type { CallValues } from './call-request.ts';
import { parameterKey } from './call-request.ts';
import { exampleValue, type Schemas } from './example-value.ts';

/** What stands in the fields at first: examples where something is needed, nothing elsewhere. */
export function initialValues(operation: ApiOperation, schemas: Schemas): CallValues {
  const content = operation.body?.contents[0];
  return {
    parameters: Object.fromEntries(
      operation.parameters.map((parameter) => {
        const example =
          parameter.example ?? parameter.schema.example?.replace(/^"(.*)"$/, '$1') ?? '';
        return [parameterKey(parameter), parameter.isRequired ? example : ''];
      }),
    ),
    contentType: content?.type ?? null,
    body: content === undefined ? '' : bodyExample(content, schemas),
  };
}

/** A body of a type, as it may look; nothing where we cannot write one. */
export function bodyExample({ type, schema, example }: ApiContent, schemas: Schemas): string {
  if (example !== null) return example;
  if (!/json\b/.test(type) || schema === null) return '';
  return JSON.stringify(exampleValue(schema, schemas), null, 2);
}
