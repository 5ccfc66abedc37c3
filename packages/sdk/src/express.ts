import {
  type KeyCheck,
  keyChecker,
  type RequestHead,
  type RequireKeyOptions,
  type VerifiedKey,
} from './check-key.ts';
import type { Apigate } from './create-apigate.ts';

export type { Fallback, RequireKeyOptions, VerifiedKey } from './check-key.ts';

declare global {
  namespace Express {
    interface Request {
      /** Whose key it is; null where it could not be checked and was let pass all the same. */
      apigate?: VerifiedKey | null;
    }
  }
}

/** What is needed of a request of Express. */
export interface ExpressRequest {
  method: string;
  originalUrl: string;
  headers: Record<string, string | string[] | undefined>;
  ip?: string | undefined;
  apigate?: VerifiedKey | null;
}

/** What is needed of an answer of Express. */
export interface ExpressResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/**
 * Makes a handler that lets requests pass whose key is good, with the key's owner as `req.apigate`. All others are
 * answered with problem details. `readIp` is `req.ip` unless told, which follows Express's setting `trust proxy`.
 *
 * @throws TypeError for options that do not go together
 */
export function requireKey(
  apigate: Pick<Apigate, 'with'>,
  options: RequireKeyOptions<ExpressRequest> = {},
): (req: ExpressRequest, res: ExpressResponse, next: (error?: unknown) => void) => Promise<void> {
  const check = keyChecker(apigate, { readIp: (req) => req.ip, ...options });
  return async (req, res, next) => {
    let checked: KeyCheck;
    try {
      checked = await check(req, headOf(req));
    } catch (error) {
      next(error);
      return;
    }
    const { headers, key, refusal } = checked;
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    if (refusal !== null) {
      res.statusCode = refusal.status;
      res.end(refusal.body);
      return;
    }
    req.apigate = key;
    next();
  };
}

function headOf(req: ExpressRequest): RequestHead {
  return {
    method: req.method,
    target: req.originalUrl,
    host: valueOf(req, 'host') ?? undefined,
    apiKey: valueOf(req, 'x-api-key'),
    authorization: valueOf(req, 'authorization'),
  };
}

function valueOf({ headers }: ExpressRequest, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value : (value?.join(', ') ?? null);
}
