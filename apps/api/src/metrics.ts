import { readMailQueue } from '@apigate/domain';
import { Gauges, MetricSet, renderMetrics, setGatewayMetrics } from '@apigate/operations';
import type { RequestHandler } from 'express';
import type { ApiDeps } from './context.ts';
import {
  apiMetricDefinitions,
  durationBuckets,
  outcomes,
  surfaces,
  type ApiMetric,
  type Surface,
} from './metric-definitions.ts';

/** Counts what the control plane does. */
export class ApiMetrics implements Disposable {
  readonly #deps: Pick<ApiDeps, 'orm' | 'passwords'>;
  readonly #set: MetricSet<ApiMetric>;
  readonly #gauges: Gauges<ApiMetric>;

  constructor(deps: Pick<ApiDeps, 'orm' | 'passwords' | 'gate' | 'version'>) {
    const { gate, passwords, version } = deps;
    this.#deps = deps;
    this.#set = new MetricSet<ApiMetric>(apiMetricDefinitions(version));
    this.#gauges = new Gauges<ApiMetric>(this.#set, version, () => {
      const { running, waiting } = passwords.load;
      this.#set.set('apigate_api_password_checks', running, 'running');
      this.#set.set('apigate_api_password_checks', waiting, 'waiting');
      setGatewayMetrics(this.#set, {
        keysKnown: gate.snapshot.callers.size,
        lookupsPending: gate.snapshot.callers.pendingLookups,
        confirmedAtMs: gate.snapshot.confirmedAtMs,
        usage: gate.meter.stats,
      });
    });
  }

  /** Counts what comes through it, once it is answered. */
  readonly handler: RequestHandler = (req, res, next) => {
    const startedAt = performance.now();
    const surface = surfaceOf(req.path);
    res.once('close', () => {
      const outcome = res.headersSent ? outcomes[Math.floor(res.statusCode / 100) - 1] : 'aborted';
      this.#set.add('apigate_api_requests_total', 1, surface, outcome ?? 'aborted');
      const cell = this.#set.cellOf('apigate_api_request_duration_seconds', surface);
      this.#set.observe(cell, durationBuckets, (performance.now() - startedAt) / 1000);
    });
    next();
  };

  /** All of it, in the Prometheus text format. */
  async text(): Promise<string> {
    this.#gauges.refresh();
    const queue = await readMailQueue(this.#deps.orm.em.fork(), new Date()).catch(() => null);
    this.#set.set('apigate_api_database_up', queue === null ? 0 : 1);
    this.#set.set('apigate_mails_queued', queue?.mails ?? 0);
    this.#set.set('apigate_mails_overdue_seconds', queue?.overdueSeconds ?? 0);
    return renderMetrics(this.#set);
  }

  [Symbol.dispose](): void {
    this.#gauges[Symbol.dispose]();
  }
}

function surfaceOf(path: string): Surface {
  if (/^\/(?:healthz|readyz|metrics)$/.test(path)) return 'operations';
  if (path.startsWith('/v1/forward-auth')) return 'forward_auth';
  const [, first] = path.split('/');
  return surfaces.find((surface) => surface === first) ?? 'pages';
}
