import { referenceSourceAnswer } from '@apigate/contract';
import { uploadReference } from '@apigate/domain';
import { z } from 'zod';
import { viaDomain, viaProcedure, type OperationGroup } from '../operation.ts';

const example = `openapi: 3.1.0
info: { title: Orders, version: '1' }
paths:
  /orders:
    get: { summary: List orders, responses: { '200': { description: Orders } } }
`;

export const reference: OperationGroup = {
  name: 'API reference',
  description: 'What the portal shows of your API, made of an OpenAPI 3 document.',
  operations: [
    viaProcedure('GET /admin/reference', 'reference.source', {
      summary: 'Get where the API reference comes from',
    }),
    viaDomain(
      'PUT /admin/reference',
      'referenceUpload',
      {
        summary: 'Upload an OpenAPI document',
        description: 'JSON or YAML of at most 2 MiB. It takes the place of the one before.',
        consumes: ['application/yaml', 'application/json'],
        example: { body: example },
      },
      { input: z.strictObject({}), output: referenceSourceAnswer },
      (ctx) => uploadReference(ctx, ctx.req.iterator({ destroyOnReturn: false })),
    ),
    viaProcedure('DELETE /admin/reference', 'reference.remove', {
      summary: 'Take the API reference off the portal',
    }),
  ],
};
