import { z } from 'zod';
import { scopes } from './keys.ts';
import { metadata } from './primitives.ts';
import { refusalCode } from './refusals.ts';
import { requestUnits } from './routing.ts';

/** What a verified request is compared with; what is left out is not looked at. */
export const verifyKeyInput = z.strictObject({
  /** The customer's secret, as it came. */
  key: z.string().min(1).max(512),
  /** Of the customer's request: with `path` given, the route that matches lends its scopes, cost and limit. */
  method: z
    .string()
    .regex(/^[A-Z]{1,20}$/, 'must be a method such as GET')
    .default('GET'),
  path: z
    .string()
    .max(8192)
    .regex(/^\/[\x21-\x7e]*$/, 'must be a path that starts with /')
    .optional(),
  host: z.string().max(260).toLowerCase().optional(),
  /** Where the customer called from, for keys that are bound to addresses. */
  ip: z.union([z.ipv4(), z.ipv6()]).optional(),
  /** Scopes that the key must hold, beside those of the route. */
  scopes: scopes.default([]),
  /** Units that the request costs; left out, those of the route, or 1. */
  cost: requestUnits.optional(),
  /** Whether the request is counted: against rate limit and quota, and as usage. */
  count: z.boolean().default(false),
});
export type VerifyKeyInput = z.input<typeof verifyKeyInput>;

/** What a key is good for now. Times in Unix seconds, as in the headers of the proxy. */
export const keyVerdict = z.object({
  valid: z.boolean(),
  /** `valid`, or why the key is refused. */
  code: z.union([z.literal('valid'), refusalCode]),
  /** 200, or the HTTP status with which the proxy would refuse. */
  status: z.int(),
  /** For people. */
  detail: z.string(),
  /** Names the usage event and, of a refusal, the explanation; null where nothing was counted. */
  requestId: z.string().nullable(),
  userId: z.string().nullable(),
  keyId: z.string().nullable(),
  /** Slug of the plan. */
  plan: z.string().nullable(),
  scopes: z.array(z.string()),
  metadata,
  /** Null where nothing limits the rate. */
  ratelimit: z
    .object({
      limit: z.number(),
      remaining: z.int(),
      reset: z.int(),
      retryAfterSeconds: z.int().nullable(),
    })
    .nullable(),
  quota: z
    .object({
      limit: z.int().nullable(),
      used: z.int(),
      remaining: z.int().nullable(),
      reset: z.int(),
    })
    .nullable(),
});
export type KeyVerdict = z.infer<typeof keyVerdict>;
