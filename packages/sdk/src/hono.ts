import type { Context, MiddlewareHandler } from 'hono';
import { keyChecker, type RequireKeyOptions, type VerifiedKey } from './check-key.ts';
import type { Apigate } from './create-apigate.ts';
import { headOfRequest } from './head-of-request.ts';

export type { Fallback, RequireKeyOptions, VerifiedKey } from './check-key.ts';

/** What `requireKey` adds to the context. */
export interface ApigateVariables {
  /** Whose key it is; null where it could not be checked and was let pass all the same. */
  apigate: VerifiedKey | null;
}

/**
 * Makes a middleware that lets requests pass whose key is good, with the key's owner as `c.var.apigate`. All others are
 * answered with problem details.
 *
 * @throws TypeError for options that do not go together
 */
export function requireKey(
  apigate: Pick<Apigate, 'with'>,
  options: RequireKeyOptions<Context> = {},
): MiddlewareHandler<{ Variables: ApigateVariables }> {
  const check = keyChecker(apigate, options);
  return async (c, next) => {
    const { headers, key, refusal } = await check(c, headOfRequest(c.req.raw));
    if (refusal !== null) return new Response(refusal.body, { status: refusal.status, headers });
    c.set('apigate', key);
    await next();
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    return undefined;
  };
}
