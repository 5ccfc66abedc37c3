import type { DecisionStep, RateBucket, RefusalCode } from '@apigate/contract';

/** How a step is told. */
export interface Telling {
  /** When the request was, or would be. */
  at: Date;
  /** Whether nothing was sent, so that nobody knows how many requests came before it. */
  isForecast?: boolean;
}

const bucketNames: Record<RateBucket, string> = {
  user: 'all keys of the user together',
  key: 'this key',
  key_limit: 'this key, by its own limit',
  route: 'this route',
};

/** What becomes of a request that every rule has let through, and that is refused all the same. */
const afterwards: Partial<Record<RefusalCode, string>> = {
  overloaded: 'The proxy had too much waiting to take on this request.',
  not_ready: 'The proxy did not know yet what the plan of the user allows.',
  request_timeout: 'The client stopped sending before the request was whole.',
  upstream_unreachable: 'The API behind the proxy could not be reached, or broke off.',
  upstream_timeout: 'The API behind the proxy did not answer in time.',
};

/** One rule of a decision in a sentence, for people. */
export function describeStep(step: DecisionStep, { at, isForecast = false }: Telling): string {
  switch (step.rule) {
    case 'guard':
      return step.path === null
        ? 'Servers may read this request in more than one way, so it is not passed on.'
        : `Every server reads this request alike; its path is ${step.path}.`;
    case 'route': {
      if (step.path === null) return 'No route matches this method, host and path.';
      const methods = step.methods.length === 0 ? 'any method' : step.methods.join(', ');
      return `The route ${step.path} takes ${methods}${step.host === null ? '' : ` on ${step.host}`}.`;
    }
    case 'credential':
      return step.passed
        ? 'A key came with the request, and it is known.'
        : 'The route needs a key, and none came with the request.';
    case 'key':
      return describeKey(step, at);
    case 'user':
      return `The account is ${step.status}.`;
    case 'ip':
      return step.allowed === null
        ? `The key may be used from any address; it came from ${step.ip}.`
        : `The key may be used from ${step.allowed.join(', ')}; it came from ${step.ip}.`;
    case 'scopes':
      return describeScopes(step);
    case 'rate_limit':
      return `For ${bucketNames[step.bucket]}: ${count(step.perMinute)} requests a minute, at most ${count(step.capacity)} at once. ${tokensLeft(step, isForecast)}`;
    case 'quota':
      return describeQuota(step);
    case 'forward':
      if (step.code === null)
        return 'Every rule lets the request through; the API behind the proxy answers.';
      return afterwards[step.code] ?? 'The request was let through and could not be carried out.';
  }
}

function tokensLeft(
  { passed, remaining, retryAfterMs }: DecisionStep & { rule: 'rate_limit' },
  isForecast: boolean,
): string {
  if (isForecast) return 'It passes as long as one of them is left.';
  if (passed) return `${count(remaining)} left.`;
  return `None was left; the next one in ${(retryAfterMs / 1000).toFixed(1)} s.`;
}

function describeKey(
  { revoked, graceUntil, enabled, expiresAt }: DecisionStep & { rule: 'key' },
  at: Date,
): string {
  if (revoked) return 'The key is revoked.';
  if (graceUntil !== null && graceUntil <= at) {
    return `The key was replaced, and its time beside its successor ended at ${graceUntil.toISOString()}.`;
  }
  const expiry = expiresAt === null ? '' : expiresAt.toISOString();
  if (expiresAt !== null && expiresAt <= at) return `The key expired at ${expiry}.`;
  if (!enabled) return 'The key is disabled.';
  return expiresAt === null
    ? 'The key is live and does not expire.'
    : `The key is live until ${expiry}.`;
}

function describeScopes({ required, held, missing }: DecisionStep & { rule: 'scopes' }): string {
  if (required.length === 0) return 'No scope is needed.';
  const holds = held.length === 0 ? 'the key holds none' : `the key holds ${held.join(', ')}`;
  const lacks = missing.length === 0 ? '' : `; missing: ${missing.join(', ')}`;
  return `Needed: ${required.join(', ')}; ${holds}${lacks}.`;
}

function describeQuota({
  limit,
  used,
  cost,
  enforcement,
  periodEnd,
}: DecisionStep & { rule: 'quota' }): string {
  if (limit === null) return `${count(used)} units used, without a limit.`;
  const past = enforcement === 'hard' ? 'refused' : 'let through and billed';
  return (
    `${count(used)} of ${count(limit)} units used, and the request costs ${count(cost)}; what goes past the limit is ${past}. ` +
    `The count starts anew at ${periodEnd.toISOString()}.`
  );
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
