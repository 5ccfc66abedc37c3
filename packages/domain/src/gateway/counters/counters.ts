import type { PlanEnforcement } from '@apigate/contract';

/** One bucket that a request must find a token in. */
export interface BucketDemand {
  /** Whose bucket: a user, key or route id, with a letter for which. */
  id: string;
  perMinute: number;
  /** Tokens when full. */
  capacity: number;
}

/** What the tightest of the demanded buckets says. Times in milliseconds. */
export interface BucketVerdict {
  allowed: boolean;
  /** Tokens left, whole ones. */
  remaining: number;
  perMinute: number;
  /** Until the next token; 0 when allowed. */
  retryAfterMs: number;
  /** Until the bucket is full again. */
  fullAfterMs: number;
}

/** The units that a request asks of a user's account in one period. */
export interface AccountDemand {
  userId: string;
  /** First day of the period, `2026-11-01`. */
  periodStart: string;
  units: number;
  /** Null is unlimited. */
  limit: number | null;
  enforcement: PlanEnforcement;
}

/** What the quota says to one request, in units. Null is unlimited. */
export interface QuotaVerdict {
  allowed: boolean;
  limit: number | null;
  /** With this request, if it was allowed. */
  used: number;
}

/** What was decided on one request: everything it asked for was taken, or nothing was. */
export interface TakeVerdict {
  /** `room`: there is no memory left for another counter, so that the request could not be counted. */
  refusedBy: 'rate' | 'quota' | 'room' | null;
  /** Null when no bucket was demanded. */
  rate: BucketVerdict | null;
  /** Null when no account was. */
  quota: QuotaVerdict | null;
}

/** Whether several proxies share their counters now; null when they were not told where. */
export type SharedState = 'up' | 'down' | null;

/**
 * Token buckets and quota accounts. A request takes one token of every bucket that it demands and its units of the
 * account, or none at all, in one step: any number of parallel requests gets exactly what there is.
 */
export interface Counters {
  /** Decides at once when the counters are in this process, and later when they have to be asked for. */
  take: (
    buckets: readonly BucketDemand[],
    account: AccountDemand | null,
  ) => TakeVerdict | Promise<TakeVerdict>;
  /** What `take` would say as far as this process knows, with nothing taken. */
  peek: (buckets: readonly BucketDemand[], account: AccountDemand | null) => TakeVerdict;
  /** Gives back the units of a request that never came to cost anything. */
  release: (userId: string, periodStart: string, units: number) => void;
  /** Tells the proxies that share their counters of units that this process has given back by itself. */
  tellReleased: (userId: string, periodStart: string, units: number) => void;
  /** Tells what the database had when it was asked. Within a period, units only grow. */
  open: (userId: string, periodStart: string, storedUnits: number) => void;
  /** Tells that `units` taken here have reached the database, which now has `storedUnits` in all. */
  settle: (userId: string, periodStart: string, units: number, storedUnits: number) => void;
  /** Units used, as far as this process knows. */
  used: (userId: string, periodStart: string) => number;
  readonly shared: SharedState;
}
