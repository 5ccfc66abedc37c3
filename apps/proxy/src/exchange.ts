import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Decision, RefusalCode } from '@apigate/contract';
import type {
  BucketDemand,
  BucketVerdict,
  Caller,
  ClientAddress,
  QuotaPeriod,
  QuotaVerdict,
  RouteMatch,
  Terms,
  UsageRecord,
} from '@apigate/domain/gateway';
import { traceIdOf } from '@apigate/operations';
import { v7 } from 'uuid';
import type { Forward } from './forward.ts';
import { readRequestHead, type RequestHead } from './request-head.ts';
import type { Target } from './steps/guard.ts';

const pathCharsMax = 1_024;
const userAgentCharsMax = 256;
/** What nginx writes for a client that left before it was answered. */
const clientGone = 499;

/** One request in progress: what came, and what the steps have found out about it. */
export class Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly head: RequestHead;
  /** Request id for both sides, and id of the usage event. */
  readonly id = v7();
  readonly atMs = Date.now();
  readonly #startedAtMs = performance.now();
  client: ClientAddress;
  target: Target | null = null;
  match: RouteMatch | null = null;
  isAuthorizationOurs = false;
  caller: Caller | null = null;
  terms: Terms | null = null;
  /** The buckets it must find a token in. */
  demands: readonly BucketDemand[] = [];
  rate: BucketVerdict | null = null;
  quota: QuotaVerdict | null = null;
  period: QuotaPeriod | null = null;
  /** Taken from the quota, and not given back. */
  units = 0;
  refusalCode: RefusalCode | null = null;
  /** How a refusal came about. */
  decision: Decision | null = null;
  forward: Forward | null = null;
  isMetered = false;
  /** Taken into the metrics. */
  isCounted = false;

  constructor(req: IncomingMessage, res: ServerResponse) {
    this.req = req;
    this.res = res;
    this.head = readRequestHead(req.rawHeaders);
    this.client = { ip: '', forwardedFor: '', proto: 'http', host: '' };
  }

  get method(): string {
    return this.req.method ?? 'GET';
  }

  /** The trace that it belongs to, as the log names it. Looked for only when something is logged. */
  get trace(): { trace_id?: string } {
    const traceId = traceIdOf(this.req.headers['traceparent']?.toString());
    return traceId === null ? {} : { trace_id: traceId };
  }

  /** What is metered of it, once it is over. */
  usage(): UsageRecord {
    const { caller, forward, res } = this;
    const upstreamLatencyMs = forward?.upstreamLatencyMs ?? null;
    return {
      id: this.id,
      atMs: this.atMs,
      userId: caller?.user.id ?? null,
      keyId: caller?.key.id ?? null,
      planId: caller?.user.planId ?? null,
      routeId: this.match?.route.id ?? null,
      method: this.method,
      path: (this.target?.path ?? '').slice(0, pathCharsMax),
      status: res.headersSent ? res.statusCode : clientGone,
      refusalCode: this.refusalCode,
      units: this.units,
      periodStart: caller === null ? null : (this.period?.start ?? null),
      bytesIn: forward?.bytesIn ?? 0,
      bytesOut: forward?.bytesOut ?? 0,
      latencyUs: Math.round((performance.now() - this.#startedAtMs) * 1000),
      upstreamLatencyUs: upstreamLatencyMs === null ? null : Math.round(upstreamLatencyMs * 1000),
      ip: this.client.ip,
      userAgent: this.head.userAgent?.slice(0, userAgentCharsMax) ?? null,
      decision: this.decision,
    };
  }
}
