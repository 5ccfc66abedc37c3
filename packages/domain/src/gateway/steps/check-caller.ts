import type { Caller } from '../callers.ts';
import {
  isReplaced,
  refusalOfIp,
  refusalOfKey,
  refusalOfScopes,
  refusalOfUser,
} from '../checks.ts';
import type { RouteRecord } from '../records.ts';
import { Refusal } from '../refusal.ts';

/** Whether a caller may use a route now, before any limit: key state, user status, address, scopes. */
export function checkCaller(
  caller: Caller,
  route: Pick<RouteRecord, 'requiredScopes'>,
  ip: string,
  nowMs: number,
): Refusal | null {
  const code =
    refusalOfKey(caller.key, nowMs) ??
    refusalOfUser(caller.user) ??
    refusalOfIp(caller.allowedIps, ip) ??
    refusalOfScopes(caller.key.scopes, route.requiredScopes);
  if (code === null) return null;
  if (code === 'key_revoked' && isReplaced(caller.key, nowMs)) {
    const detail = 'This API key was replaced by a new one, and its time is over. Use the new one.';
    return new Refusal(code, { detail });
  }
  if (code !== 'insufficient_scope') return new Refusal(code);
  const required = route.requiredScopes.join(', ');
  return new Refusal(code, {
    detail: `This route requires an API key with the scopes: ${required}.`,
  });
}
