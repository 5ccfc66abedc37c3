import { expect } from 'vitest';
import type { Stage } from './stage.ts';

/** Expects that a customer may send as many GraphQL requests in a window as the variables say, and not one more. */
export async function expectThrottle(
  stage: Stage,
  { THROTTLE_LIMIT: limit, THROTTLE_TTL: seconds }: Record<string, string>,
): Promise<void> {
  const password = 'correct horse battery staple';
  const { email } = await stage.api.users.create({ email: 'throttled@example.org', password });
  const { accessToken } = await stage.api.auth.signIn({ email, password });
  const send = async (): Promise<{ code: unknown; retryAfter: number }> => {
    const response = await fetch(`${stage.apiUrl}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    const { errors } = Object(await response.json());
    return {
      code: errors?.[0]?.extensions?.code,
      retryAfter: Number(response.headers.get('retry-after')),
    };
  };
  for (let sent = 0; sent < Number(limit); sent += 1) {
    expect(await send()).toMatchObject({ code: undefined });
  }
  const refused = await send();
  expect(refused.code).toBe('too_many_requests');
  expect(refused.retryAfter).toBeGreaterThan(0);
  expect(refused.retryAfter).toBeLessThanOrEqual(Number(seconds));
}
