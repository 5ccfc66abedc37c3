import { snakeCaseName } from '@apigate/contract';
import { z } from 'zod';

/** What `--json` prints of things of a schema of the contract: names in snake_case, times as text, nothing beside. */
export function wireSchema(schema: z.core.$ZodType): z.ZodType {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what holds no names or times stays as it is
  switch (def.type) {
    case 'object':
      return z.strictObject(
        Object.fromEntries(
          Object.entries(def.shape).map(([field, inner]) => [
            snakeCaseName(field),
            wireSchema(inner),
          ]),
        ),
      );
    case 'array':
      return z.array(wireSchema(def.element));
    case 'record':
      return z.record(z.string(), wireSchema(def.valueType));
    case 'nullable':
      return wireSchema(def.innerType).nullable();
    case 'optional':
      return wireSchema(def.innerType).optional();
    case 'union':
      return z.union(def.options.map(wireSchema));
    case 'date':
      return z.iso.datetime();
    default:
      return schema as z.ZodType;
  }
}
