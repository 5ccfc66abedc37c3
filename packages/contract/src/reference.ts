import { z } from 'zod';

/** The longest OpenAPI document that is taken. */
export const documentBytesMax = 2 * 1024 * 1024;

/** What a value looks like: a JSON Schema, brought into one form for all versions of OpenAPI. */
export interface ApiSchema {
  /** The name of another schema of the reference, which this one is. */
  ref?: string | undefined;
  /** `string`, `integer`, `null` …; empty where anything will do. */
  types: string[];
  format?: string | undefined;
  description?: string | undefined;
  isDeprecated?: boolean | undefined;
  /** Bounds, in words: `at least 1`. */
  bounds?: string[] | undefined;
  /** The only values, each as JSON. */
  values?: string[] | undefined;
  /** As JSON. */
  default?: string | undefined;
  /** As JSON. */
  example?: string | undefined;
  properties?: { name: string; isRequired: boolean; schema: ApiSchema }[] | undefined;
  items?: ApiSchema | undefined;
  /** What properties that are not listed look like. */
  others?: ApiSchema | undefined;
  /** One of these. */
  either?: ApiSchema[] | undefined;
  /** All of these. */
  every?: ApiSchema[] | undefined;
}

export const apiSchema: z.ZodType<ApiSchema> = z.lazy(() =>
  z.object({
    ref: z.string().optional(),
    types: z.array(z.string()),
    format: z.string().optional(),
    description: z.string().optional(),
    isDeprecated: z.boolean().optional(),
    bounds: z.array(z.string()).optional(),
    values: z.array(z.string()).optional(),
    default: z.string().optional(),
    example: z.string().optional(),
    properties: z
      .array(z.object({ name: z.string(), isRequired: z.boolean(), schema: apiSchema }))
      .optional(),
    items: apiSchema.optional(),
    others: apiSchema.optional(),
    either: z.array(apiSchema).optional(),
    every: z.array(apiSchema).optional(),
  }),
);

const apiContent = z.object({
  /** `application/json` */
  type: z.string(),
  schema: apiSchema.nullable(),
  /** JSON, or the text itself where the type is none. */
  example: z.string().nullable(),
});
export type ApiContent = z.infer<typeof apiContent>;

export const parameterPlaces = ['path', 'query', 'header', 'cookie'] as const;

const apiParameter = z.object({
  name: z.string(),
  in: z.enum(parameterPlaces),
  isRequired: z.boolean(),
  description: z.string().nullable(),
  schema: apiSchema,
  /** As one would type it. */
  example: z.string().nullable(),
});
export type ApiParameter = z.infer<typeof apiParameter>;

const apiOperation = z.object({
  /** Unique, and good for an address. */
  id: z.string(),
  method: z.string(),
  path: z.string(),
  /** The first tag, under which it is listed. */
  group: z.string(),
  summary: z.string(),
  description: z.string().nullable(),
  isDeprecated: z.boolean(),
  parameters: z.array(apiParameter),
  body: z.object({ isRequired: z.boolean(), contents: z.array(apiContent) }).nullable(),
  responses: z.array(
    z.object({ status: z.string(), description: z.string(), contents: z.array(apiContent) }),
  ),
});
export type ApiOperation = z.infer<typeof apiOperation>;

/** What the API behind the proxy offers, made of an OpenAPI document. */
export const apiReference = z.object({
  title: z.string(),
  version: z.string(),
  description: z.string().nullable(),
  /** Stands before every path: that of the document's first server. */
  basePath: z.string(),
  groups: z.array(z.object({ name: z.string(), description: z.string().nullable() })),
  operations: z.array(apiOperation),
  schemas: z.array(z.object({ name: z.string(), schema: apiSchema })),
});
export type ApiReference = z.infer<typeof apiReference>;

/** Null while there is none. */
export const apiReferenceAnswer = z.object({ reference: apiReference.nullable() });

/** Where the reference comes from. */
export const referenceSource = z.object({
  title: z.string(),
  version: z.string(),
  operationCount: z.int(),
  /** Null where it was uploaded. */
  url: z.string().nullable(),
  updatedAt: z.date(),
});
export type ReferenceSource = z.infer<typeof referenceSource>;
export const referenceSourceAnswer = z.object({ source: referenceSource.nullable() });

export const fetchReferenceInput = z.strictObject({
  /** Left out, where the present one came from. */
  url: z
    .url({ protocol: /^https?$/, error: 'must be a URL that starts with http:// or https://' })
    .max(2048)
    .refine((url) => {
      const { username, password } = new URL(url);
      return username === '' && password === '';
    }, 'must not contain a user name or password')
    .optional(),
});
export type FetchReferenceInput = z.input<typeof fetchReferenceInput>;
