import type { ErrorData } from '@apigate/contract';
import superjson from 'superjson';
import type { TestApi } from './test-api.ts';

/** How a call is made; a query goes by GET. */
export interface CallOptions {
  token?: string;
  headers?: Record<string, string>;
  isQuery?: boolean;
  /** What is sent instead of the input as superjson writes it. */
  body?: string;
}

/** What came back: the data of a success, or the error. */
export interface CallResult {
  status: number;
  headers: Headers;
  text: string;
  data: unknown;
  error: { message: string; data: ErrorData } | undefined;
}

/** Calls a procedure as a tRPC client would, and keeps what such a client would hide. */
export async function callApi(
  { url }: Pick<TestApi, 'url'>,
  procedure: string,
  input: unknown,
  {
    token,
    headers = {},
    isQuery = false,
    body = JSON.stringify(superjson.serialize(input)),
  }: CallOptions = {},
): Promise<CallResult> {
  const query = isQuery && body !== '{}' ? `?input=${encodeURIComponent(body)}` : '';
  const response = await fetch(`${url}/trpc/${procedure}${query}`, {
    method: isQuery ? 'GET' : 'POST',
    headers: {
      ...(isQuery ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(isQuery ? {} : { body }),
  });
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) return firstOfStream(response);
  const text = await response.text();
  const answer: { result?: { data: never }; error?: { json: never } } = JSON.parse(text);
  return {
    status: response.status,
    headers: response.headers,
    text,
    data: answer.result === undefined ? undefined : superjson.deserialize(answer.result.data),
    error: answer.error?.json,
  };
}

/** How a subscription begins: refused, with the status that a call would have had, or watching. */
async function firstOfStream(response: Response): Promise<CallResult> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!/^(event: serialized-error\n|\n)data: .*\n/m.test(text)) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    text += part.value;
  }
  await reader?.cancel();
  const refusal = /^event: serialized-error\ndata: (.*)\n/m.exec(text)?.[1];
  const error =
    refusal === undefined
      ? undefined
      : superjson.deserialize<NonNullable<CallResult['error']>>(JSON.parse(refusal));
  const status: unknown = Reflect.get(Object(error?.data), 'httpStatus');
  return {
    status: typeof status === 'number' ? status : response.status,
    headers: response.headers,
    text,
    data: undefined,
    error,
  };
}
