import type { KeyVerdict } from './types.ts';

/**
 * What a caller is told of their limits, as the proxy tells it: names and values. `RateLimit` and `RateLimit-Policy` follow
 * draft-ietf-httpapi-ratelimit-headers-11.
 */
export function limitHeaders(
  { ratelimit, quota }: Pick<KeyVerdict, 'ratelimit' | 'quota'>,
  nowMs: number,
): Record<string, string> {
  const headers: Record<string, string> = {};
  const policies: string[] = [];
  const states: string[] = [];
  const tell = (name: string, limit: string, remaining: number, reset: number) => {
    const seconds = Math.max(0, Math.ceil(reset - nowMs / 1000));
    policies.push(`"${name}";${limit}`);
    states.push(`"${name}";r=${remaining};t=${seconds}`);
  };
  if (ratelimit !== null) {
    const { limit, remaining, reset } = ratelimit;
    headers['X-RateLimit-Limit'] = String(limit);
    headers['X-RateLimit-Remaining'] = String(remaining);
    headers['X-RateLimit-Reset'] = String(reset);
    tell('minute', `q=${limit};w=60`, remaining, reset);
  }
  if (quota !== null) {
    const { limit, remaining, used, reset } = quota;
    if (limit !== null && remaining !== null) {
      headers['X-Quota-Limit'] = String(limit);
      headers['X-Quota-Remaining'] = String(remaining);
      tell('period', `q=${limit}`, remaining, reset);
    }
    headers['X-Quota-Used'] = String(used);
    headers['X-Quota-Reset'] = String(reset);
  }
  if (policies.length === 0) return headers;
  return {
    ...headers,
    'RateLimit-Policy': policies.join(', '),
    RateLimit: states.join(', '),
  };
}
