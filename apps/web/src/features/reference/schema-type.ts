import type { ApiSchema } from '@apigate/contract';
import type { Schemas } from './example-value.ts';

/** What a schema is, in a word or two: `string (uuid)`, `Order`, `array of Order`. */
export function schemaType(schema: ApiSchema, schemas: Schemas): string {
  const { ref, types, format, items, either, every } = schema;
  if (ref !== undefined) return schemas.has(ref) ? (ref.split('/').at(-1) ?? ref) : 'anything';
  if (types.includes('array') && items !== undefined)
    return `array of ${schemaType(items, schemas)}`;
  if (types.length === 0)
    return either === undefined && every === undefined ? 'anything' : 'several';
  return types.join(' or ') + (format === undefined ? '' : ` (${format})`);
}
