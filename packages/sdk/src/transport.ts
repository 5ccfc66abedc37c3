import { createTRPCUntypedClient, httpLink, TRPCClientError } from '@trpc/client';
import superjson from 'superjson';
import { ApigateError } from './apigate-error.ts';
import { type Answer, type Connection, explain, openFetch, patientFetch } from './patient-fetch.ts';
import type { ErrorCode, FieldError } from './types.ts';

/** A bearer token, or what fetches one before each call. */
export type Token = string | (() => string | Promise<string>);

/** The ways to call the control plane. The contract, not the wire, says what the answer is. */
export interface Transport {
  /** Reads; safe to repeat. */
  query<T>(path: string, input?: unknown): Promise<T>;
  /** Changes something; sent once. */
  mutate<T>(path: string, input?: unknown): Promise<T>;
  /** Posts JSON to a REST path, whose answer is JSON. @param isSafe whether it may be sent again */
  post(path: string, body: object, isSafe: boolean): Promise<unknown>;
  /** Posts a file of any length to a REST path, once; its answer is JSON. @param waitMs until the answer comes */
  upload(
    method: 'POST' | 'PUT',
    path: string,
    file: Upload,
    type: string,
    waitMs: number,
  ): Promise<unknown>;
  /** What a REST path answers, part by part as it comes. @param upload posts a file, and says which answer is wanted */
  download(path: string, upload?: ToldUpload): AsyncGenerator<string>;
}

/** What can be sent as it comes. Browsers send streams over HTTP/2 alone. */
export type Upload = string | Blob | ReadableStream<Uint8Array>;

/** A file that is posted, and whose answer comes bit by bit. */
interface ToldUpload {
  file: Upload;
  type: string;
  accept: string;
  /** Until the answer begins. */
  waitMs: number;
}

/** Calls the procedures of a control plane. */
export function createTransport(connection: Connection, token: Token | undefined): Transport {
  const headersOf = async (): Promise<Record<string, string>> => {
    const value = typeof token === 'function' ? await token() : token;
    if (value === undefined) return {};
    if (!/^[\x21-\x7e]+$/.test(value)) throw new TypeError('The token is no line of text.');
    return { authorization: `Bearer ${value}` };
  };
  const client = createTRPCUntypedClient({
    links: [
      httpLink({
        url: `${connection.url}/trpc`,
        transformer: superjson,
        headers: headersOf,
        fetch: async (input, init) => {
          const answer = await patientFetch(input, { ...init, signal: null }, connection);
          const json = parseAnswer(answer, connection);
          return { ok: answer.status < 400, json: async () => json };
        },
      }),
    ],
  });
  const call = async <T>(answer: Promise<unknown>): Promise<T> => {
    try {
      // The one cast: the server has parsed its answer with the schema that T comes from.
      return (await answer) as T;
    } catch (error) {
      throw toApigateError(error);
    }
  };
  return {
    query: (path, input) => call(client.query(path, input)),
    mutate: (path, input) => call(client.mutation(path, input)),
    post: async (path, body, isSafe) => {
      const headers = { ...(await headersOf()), 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      const answer = await patientFetch(connection.url + path, init, connection, isSafe);
      return parseRestAnswer(answer, connection);
    },
    upload: async (method, path, body, type, waitMs) => {
      const init = uploadInit(method, body, { ...(await headersOf()), 'content-type': type });
      const response = await openFetch(connection.url + path, init, connection, waitMs);
      return parseRestAnswer(await wholeAnswer(response), connection);
    },
    download: async function* (path, upload) {
      const headers = await headersOf();
      const init =
        upload === undefined
          ? { headers }
          : uploadInit('POST', upload.file, {
              ...headers,
              accept: upload.accept,
              'content-type': upload.type,
            });
      const waitMs = upload?.waitMs ?? connection.timeoutMs;
      const response = await openFetch(connection.url + path, init, connection, waitMs);
      if (!response.ok) parseRestAnswer(await wholeAnswer(response), connection);
      if (response.body === null) return;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          yield value;
        }
      } catch (cause) {
        throw explain(cause, connection);
      } finally {
        // Where the caller leaves early, the rest is not fetched.
        await reader.cancel().catch(() => undefined);
      }
    },
  };
}

/** Streams go only with `duplex`, which the types of the browser do not know. */
function uploadInit(method: string, body: Upload, headers: Record<string, string>) {
  return { method, headers, body, duplex: 'half' as const };
}

async function wholeAnswer(response: Response): Promise<Answer> {
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** A tRPC answer is a JSON object with `result` or `error`; anything else came from somebody else. */
function parseAnswer(answer: Answer, connection: Connection): unknown {
  const json = parseJson(answer);
  if (isObject(json) && ('result' in json || 'error' in json)) return json;
  throw stranger(answer, connection);
}

/** An answer of the REST surface is a JSON object, and of a failure one with `code` and `request_id`. */
function parseRestAnswer(answer: Answer, connection: Connection): unknown {
  const { status, body } = answer;
  const json = parseJson(answer);
  if (!isObject(json)) throw stranger(answer, connection);
  if (status < 400) return json;
  const { code, detail, request_id: requestId, errors } = json;
  const data = { code, requestId, ...(Array.isArray(errors) ? { errors } : {}) };
  if (!isErrorData(data)) throw stranger(answer, connection);
  const message = typeof detail === 'string' ? detail : body;
  throw new ApigateError(data.code, message, {
    status,
    requestId: data.requestId,
    errors: data.errors,
  });
}

function parseJson({ body }: Answer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The caller could not use the parser's message.
    return undefined;
  }
}

function stranger({ status }: Answer, { url }: Connection): ApigateError {
  return new ApigateError(
    'network_error',
    `what answers at ${url} (HTTP ${status}) is not the control plane of apigate`,
    { status },
  );
}

function toApigateError(error: unknown): unknown {
  if (!(error instanceof TRPCClientError)) return error;
  const data: unknown = error.data;
  if (isErrorData(data)) {
    const { code, requestId, errors, httpStatus: status } = data;
    return new ApigateError(code, error.message, { status, requestId, errors, cause: error });
  }
  // Thrown on our side of the wire: by the fetch above, or by the caller's own token function.
  return error.cause ?? error;
}

interface WireErrorData {
  code: ErrorCode;
  requestId: string;
  errors?: FieldError[];
  httpStatus?: number;
}

function isErrorData(data: unknown): data is WireErrorData {
  return (
    isObject(data) && typeof data['code'] === 'string' && typeof data['requestId'] === 'string'
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
