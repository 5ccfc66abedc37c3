import { createTRPCUntypedClient, httpLink, TRPCClientError } from '@trpc/client';
import superjson from 'superjson';
import { ApigateError } from './apigate-error.ts';
import { type Answer, type Connection, patientFetch } from './patient-fetch.ts';
import type { ErrorCode, FieldError } from './types.ts';

/** A bearer token, or what fetches one before each call. */
export type Token = string | (() => string | Promise<string>);

/** The two ways to call a procedure. The contract, not the wire, says what the answer is. */
export interface Transport {
  /** Reads; safe to repeat. */
  query<T>(path: string, input?: unknown): Promise<T>;
  /** Changes something; sent once. */
  mutate<T>(path: string, input?: unknown): Promise<T>;
}

/** Calls the procedures of a control plane. */
export function createTransport(connection: Connection, token: Token | undefined): Transport {
  const client = createTRPCUntypedClient({
    links: [
      httpLink({
        url: `${connection.url}/trpc`,
        transformer: superjson,
        headers: async () => {
          const value = typeof token === 'function' ? await token() : token;
          if (value === undefined) return {};
          if (!/^[\x21-\x7e]+$/.test(value)) throw new TypeError('The token is no line of text.');
          return { authorization: `Bearer ${value}` };
        },
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
  };
}

/** A tRPC answer is a JSON object with `result` or `error`; anything else came from somebody else. */
function parseAnswer({ status, body }: Answer, { url }: Connection): unknown {
  try {
    const json: unknown = JSON.parse(body);
    if (isObject(json) && ('result' in json || 'error' in json)) return json;
  } catch {
    // Told below: the caller cannot use the parser's message.
  }
  throw new ApigateError(
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
