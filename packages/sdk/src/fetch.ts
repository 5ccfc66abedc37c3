import { keyChecker, type RequireKeyOptions, type VerifiedKey } from './check-key.ts';
import type { Apigate } from './create-apigate.ts';
import { headOfRequest } from './head-of-request.ts';

export type { Fallback, RequireKeyOptions, VerifiedKey } from './check-key.ts';

/**
 * Answers a request whose key is good; `rest` is what the platform gives beside the request. The key is null where it could
 * not be checked and was let pass all the same.
 */
export type KeyHandler<Rest extends unknown[]> = (
  request: Request,
  key: VerifiedKey | null,
  ...rest: Rest
) => Response | Promise<Response>;

/**
 * Puts a check in front of a handler of the Fetch standard, such as those of Cloudflare Workers, Deno, Bun and Next.js.
 * Requests without a good key are answered with problem details.
 *
 * @throws TypeError for options that do not go together
 */
export function requireKey<Rest extends unknown[]>(
  apigate: Pick<Apigate, 'with'>,
  options: RequireKeyOptions<Request>,
  handler: KeyHandler<Rest>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  const check = keyChecker(apigate, options);
  return async (request, ...rest) => {
    const { headers, key, refusal } = await check(request, headOfRequest(request));
    if (refusal !== null) return new Response(refusal.body, { status: refusal.status, headers });
    const response = await handler(request, key, ...rest);
    // A switch of protocols has no headers to add to.
    if (response.status === 101) return response;
    // Headers of an answer that was fetched from elsewhere cannot be changed.
    const answer = new Response(response.body, response);
    for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value);
    return answer;
  };
}
