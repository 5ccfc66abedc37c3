import { maySeeMetrics, metricsType } from '@apigate/operations';
import type { ProxyMetrics } from './metrics.ts';

const prefix = '/_apigate/';
const statusOk = 200;
const statusUnavailable = 503;
/** After so many looks at the change log that did not come, the database is taken to be away. */
const looksMissedMax = 3;

/** What the proxy answers for itself. */
export interface OwnAnswer {
  status: number;
  contentType: string;
  body: string;
}

/** What readiness is told by. Times in milliseconds. */
export interface ReadinessState {
  isClosing: boolean;
  isLoaded: boolean;
  /** When the database last said that nothing has changed, by `performance.now()`. */
  confirmedAtMs: number;
  /** Nothing more can be metered, so that requests are refused. */
  isSpoolFull: boolean;
  /** Limits should be counted together with other proxies. Null when there are none. */
  areCountersShared: boolean | null;
}

/** Whether requests should be sent here, and why not; `degraded` is what is wrong and does not stop them. */
export interface Readiness {
  status: 'ready' | 'not_ready';
  reasons?: string[];
  degraded?: string[];
}

/** Says whether requests should be sent here. */
export function readinessOf(
  state: ReadinessState,
  bounds: { databaseSilenceMaxMs: number; changePollMs: number },
  nowMs: number,
): Readiness {
  const silentMs = nowMs - state.confirmedAtMs;
  const isSilent = state.isLoaded && silentMs > looksMissedMax * bounds.changePollMs;
  const isSilentForLong = isSilent && silentMs > bounds.databaseSilenceMaxMs;
  const reasons = named({
    closing: state.isClosing,
    not_loaded: !state.isLoaded,
    database_away_for_long: isSilentForLong,
    spool_full: state.isSpoolFull,
  });
  const degraded = named({
    database_away: isSilent && !isSilentForLong,
    counters_not_shared: state.areCountersShared === false,
  });
  return {
    status: reasons.length === 0 ? 'ready' : 'not_ready',
    ...(reasons.length === 0 ? {} : { reasons }),
    ...(degraded.length === 0 ? {} : { degraded }),
  };
}

function named(conditions: Record<string, boolean>): string[] {
  return Object.keys(conditions).filter((name) => conditions[name]);
}

/** Who asks: the other end of the connection, and the names of the headers. */
export interface Asker {
  peer: string | undefined;
  headerNames: Iterable<string>;
}

/** Answers what is asked of the proxy itself: whether it lives, whether it should be sent requests, and its metrics. */
export class OwnAnswers {
  readonly #readiness: () => Readiness;
  readonly #metrics: ProxyMetrics;
  readonly #routeNames: () => ReadonlyMap<string, string>;

  constructor(
    readiness: () => Readiness,
    metrics: ProxyMetrics,
    routeNames: () => ReadonlyMap<string, string>,
  ) {
    this.#readiness = readiness;
    this.#metrics = metrics;
    this.#routeNames = routeNames;
  }

  /** @returns null when the request is not for the proxy itself, or not for this asker to make */
  to(url: string, asker: () => Asker): OwnAnswer | null {
    if (!url.startsWith(prefix)) return null;
    switch (url.slice(prefix.length)) {
      case 'healthz':
        return json(statusOk, { status: 'ok' });
      case 'readyz': {
        const readiness = this.#readiness();
        return json(readiness.status === 'ready' ? statusOk : statusUnavailable, readiness);
      }
      case 'metrics': {
        const { peer, headerNames } = asker();
        if (!maySeeMetrics(peer, headerNames)) return null;
        const body = this.#metrics.text(this.#routeNames());
        return { status: statusOk, contentType: metricsType, body };
      }
      default:
        return null;
    }
  }
}

function json(status: number, value: object): OwnAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}
