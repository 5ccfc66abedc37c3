import { z } from 'zod';
import { id } from './primitives.ts';
import { planEnforcement } from './plans.ts';
import { refusalCode } from './refusals.ts';
import { usageEvent } from './usage.ts';
import { userStatus } from './users.ts';

/** The bucket of a user, of a key where each has its own, of a key's own tighter limit, of a route. */
export const rateBucket = z.enum(['user', 'key', 'key_limit', 'route']);
export type RateBucket = z.infer<typeof rateBucket>;

/** A time, also in the form that JSON has for it. */
const time = z.coerce.date();

function rule<Name extends string, Facts extends z.ZodRawShape>(name: Name, facts: Facts) {
  return z.object({ rule: z.literal(name), passed: z.boolean(), ...facts });
}

/** One rule that was looked at, with the numbers that it was decided by. */
export const decisionStep = z.discriminatedUnion('rule', [
  rule('route', { methods: z.array(z.string()), host: z.string().nullable(), path: z.string() }),
  rule('credential', {}),
  rule('key', {
    revoked: z.boolean(),
    /** The end of a key that was replaced. */
    graceUntil: time.nullable(),
    expiresAt: time.nullable(),
    enabled: z.boolean(),
  }),
  rule('user', { status: userStatus }),
  rule('ip', { ip: z.string(), allowed: z.array(z.string()).nullable() }),
  rule('scopes', {
    required: z.array(z.string()),
    held: z.array(z.string()),
    missing: z.array(z.string()),
  }),
  rule('rate_limit', {
    bucket: rateBucket,
    perMinute: z.number(),
    capacity: z.number(),
    /** Whole tokens left. */
    remaining: z.int(),
    /** Until there is a token; 0 when there is one. */
    retryAfterMs: z.int(),
  }),
  rule('quota', {
    /** Units; null is unlimited. */
    limit: z.int().nullable(),
    used: z.int(),
    cost: z.int(),
    enforcement: planEnforcement,
    periodEnd: time,
  }),
  rule('forward', { code: refusalCode }),
]);
export type DecisionStep = z.infer<typeof decisionStep>;

/** How the request of a known key came to be refused: every rule in the order in which it was looked at. */
export const decision = z.array(decisionStep);
export type Decision = z.infer<typeof decision>;

export const explainUsageInput = z.strictObject({
  /** The request id that the client got as `X-Request-Id` or `request_id`. */
  request: id,
});
export type ExplainUsageInput = z.input<typeof explainUsageInput>;

/** Why a request was refused. */
export const refusalExplanation = z.object({
  event: usageEvent,
  /** The rules with a sentence on each; null where none was noted, because no key was known or nothing refused. */
  steps: z.array(z.intersection(decisionStep, z.object({ detail: z.string() }))).nullable(),
});
export type RefusalExplanation = z.infer<typeof refusalExplanation>;
