import type { Decision, RefusalCode } from '@apigate/contract';

/** One request that the proxy has answered, as it is metered. */
export interface UsageRecord {
  /** The request id that both sides saw; UUIDv7, the key of idempotence. */
  id: string;
  /** When the request arrived, milliseconds since 1970. */
  atMs: number;
  userId: string | null;
  keyId: string | null;
  planId: string | null;
  routeId: string | null;
  method: string;
  path: string;
  status: number;
  refusalCode: RefusalCode | null;
  /** Units of quota; 0 for every refusal. */
  units: number;
  /** First day (UTC, `2026-11-01`) of the quota period that it was counted in; null without a user. */
  periodStart: string | null;
  bytesIn: number;
  bytesOut: number;
  latencyUs: number;
  upstreamLatencyUs: number | null;
  ip: string | null;
  userAgent: string | null;
  /** Of a refusal, how it came about, as far as a key was known. */
  decision: Decision | null;
}
