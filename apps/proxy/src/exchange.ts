import type { Decision, RefusalCode } from '@apigate/contract';
import type {
  BucketDemand,
  BucketVerdict,
  Caller,
  ClientAddress,
  QuotaPeriod,
  QuotaVerdict,
  RouteMatch,
  Target,
  Terms,
  UsageRecord,
} from '@apigate/domain/gateway';
import { traceIdOf } from '@apigate/operations';
import type { Forward } from './forward.ts';
import type { ClientConnection } from './http/client-connection.ts';
import type { RequestHead } from './request-head.ts';
import { newRequestId } from './request-id.ts';

const pathCharsMax = 1_024;
const userAgentCharsMax = 256;
/** What nginx writes for a client that left before it was answered. */
const clientGone = 499;

/** One request in progress: what came, and what the steps have found out about it. */
export class Exchange {
  readonly connection: ClientConnection;
  readonly head: RequestHead;
  readonly atMs = Date.now();
  /** Request id for both sides, and id of the usage event. */
  readonly id = newRequestId(this.atMs);
  readonly #startedAtMs = performance.now();
  readonly client: ClientAddress;
  target: Target | null = null;
  match: RouteMatch | null = null;
  /** Sent by a page of the portal, whose reference tries calls. */
  isFromPortal = false;
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
  /** What the client was answered, as far as it was. */
  status = clientGone;
  forward: Forward | null = null;
  isMetered = false;
  /** By which the meter knows it; null as long as it has not admitted it. */
  meterNumber: number | null = null;
  /** Taken into the metrics. */
  isCounted = false;
  #usage: UsageRecord | null = null;

  constructor(connection: ClientConnection, head: RequestHead, client: ClientAddress) {
    this.connection = connection;
    this.head = head;
    this.client = client;
  }

  /** The trace that it belongs to, as the log names it. Looked for only when something is logged. */
  get trace(): { trace_id?: string } {
    const traceId = traceIdOf(this.head.fields.valueOf('traceparent'));
    return traceId === null ? {} : { trace_id: traceId };
  }

  /** What is metered of it before it goes to the upstream. */
  get begunUsage(): UsageRecord {
    this.#usage ??= this.#newUsage();
    return this.#usage;
  }

  /** What is metered of it: all that is known now. Called again, it brings the same record up to date. */
  usage(): UsageRecord {
    const { forward } = this;
    const usage = this.begunUsage;
    usage.status = this.status;
    usage.refusalCode = this.refusalCode;
    usage.units = this.units;
    usage.latencyUs = Math.round((performance.now() - this.#startedAtMs) * 1000);
    usage.decision = this.decision;
    if (forward === null) return usage;
    const { upstreamLatencyMs } = forward;
    usage.bytesIn = forward.bytesIn;
    usage.bytesOut = forward.bytesOut;
    usage.upstreamLatencyUs =
      upstreamLatencyMs === null ? null : Math.round(upstreamLatencyMs * 1000);
    return usage;
  }

  #newUsage(): UsageRecord {
    const { caller, head } = this;
    return {
      id: this.id,
      atMs: this.atMs,
      userId: caller?.user.id ?? null,
      keyId: caller?.key.id ?? null,
      planId: caller?.user.planId ?? null,
      routeId: this.match?.route.id ?? null,
      method: head.method,
      path: (this.target?.path ?? '').slice(0, pathCharsMax),
      status: 0,
      refusalCode: null,
      units: 0,
      periodStart: caller === null ? null : (this.period?.start ?? null),
      bytesIn: 0,
      bytesOut: 0,
      latencyUs: 0,
      upstreamLatencyUs: null,
      ip: this.client.ip,
      userAgent: head.userAgent?.slice(0, userAgentCharsMax) ?? null,
      decision: null,
    };
  }
}
