import { errorCode, fieldError } from '@apigate/contract';
import { z } from 'zod';
import type { TestApi } from './test-api.ts';

/** How an operation is sent. */
export interface GraphqlOptions {
  token?: string | undefined;
  variables?: Record<string, unknown>;
  operationName?: string;
  headers?: Record<string, string>;
}

const answer = z.strictObject({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.strictObject({
        message: z.string(),
        locations: z.unknown().optional(),
        path: z.array(z.union([z.string(), z.int()])).optional(),
        extensions: z.strictObject({
          code: errorCode,
          request_id: z.string(),
          errors: z.array(fieldError).optional(),
        }),
      }),
    )
    .min(1)
    .optional(),
});

/** What came back. */
export type GraphqlResult = z.infer<typeof answer> & {
  status: number;
  headers: Headers;
  text: string;
};

/** Sends an operation to `/graphql`. @throws ZodError when the answer has not the form that every answer has */
export async function callGraphql(
  api: Pick<TestApi, 'url'>,
  query: string,
  { token, headers = {}, ...rest }: GraphqlOptions = {},
): Promise<GraphqlResult> {
  return postGraphql(api, JSON.stringify({ query, ...rest }), {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...headers,
  });
}

/** Sends any body to `/graphql`. @throws ZodError when the answer has not the form that every answer has */
export async function postGraphql(
  { url }: Pick<TestApi, 'url'>,
  body: string,
  headers: Record<string, string> = {},
): Promise<GraphqlResult> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await response.text();
  const { status } = response;
  return { status, headers: response.headers, text, ...answer.parse(JSON.parse(text)) };
}
