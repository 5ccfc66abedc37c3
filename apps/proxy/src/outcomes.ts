import {
  accountOf,
  limitHeaders,
  Refusal,
  type Counters,
  type Meter,
  type UsageRecord,
} from '@apigate/domain/gateway';
import { decisionOf } from './decision-of.ts';
import type { Exchange } from './exchange.ts';
import { Forward } from './forward.ts';
import { headersToUpstream } from './headers.ts';
import type { Logger } from './logger.ts';
import type { ProxyMetrics } from './metrics.ts';
import { RequestBody } from './request-body.ts';
import { hasBody } from './request-head.ts';
import { sendRefusal } from './send-refusal.ts';
import { Turn } from './turn.ts';
import type { Upstreams } from './upstreams.ts';

const closing = ['Connection', 'close'] as const;

/** The two ways in which a decided request ends, forwarded or refused; either way it is metered. */
export class Outcomes {
  readonly #upstreams: Upstreams;
  readonly #counters: Counters;
  readonly #meter: Meter;
  readonly #metrics: ProxyMetrics;
  readonly #turn: Turn;
  readonly #logger: Logger;
  #isDraining = false;

  constructor(
    upstreams: Upstreams,
    counters: Counters,
    meter: Meter,
    metrics: ProxyMetrics,
    logger: Logger,
  ) {
    this.#upstreams = upstreams;
    this.#counters = counters;
    this.#meter = meter;
    this.#metrics = metrics;
    this.#turn = new Turn(meter);
    this.#logger = logger;
  }

  /** From now on every answer closes its connection. */
  drain(): void {
    this.#isDraining = true;
  }

  forward(exchange: Exchange): void {
    const { req, res, head, match, target, caller } = exchange;
    if (match === null || target === null) return;
    const upstream = this.#upstreams.get(match.route.upstreamId);
    if (upstream === undefined) return this.#fail(exchange, new Refusal('upstream_unreachable'));
    if (this.#meter.isFull || upstream.requests >= upstream.requestsMax) {
      return this.#fail(exchange, new Refusal('overloaded'));
    }
    const { authHeader } = upstream;
    const { connection, te, expect } = head;
    const { isAuthorizationOurs } = exchange;
    exchange.forward = new Forward({
      req,
      res,
      upstream,
      method: exchange.method,
      path: upstream.basePath + match.upstreamPath + target.query,
      headers: headersToUpstream(
        req.rawHeaders,
        { connection, te, isAuthorizationOurs, authHeader },
        toUpstream(exchange),
      ),
      body: hasBody(head) ? new RequestBody(req) : null,
      answerHeaders: () => this.#toClient(exchange),
      tellsLimits: caller !== null,
      onAnswered: (finish) => {
        this.#record(exchange);
        this.#turn.afterwards(finish, () => res.destroy());
      },
      onFailure: (code, error) => {
        const { id } = exchange;
        const { message } = error;
        this.#logger.warn(
          { request_id: id, ...exchange.trace, upstream_id: upstream.id, code, message },
          'upstream_failed',
        );
        this.#fail(exchange, new Refusal(code));
      },
    });
    if (expect !== null) res.writeContinue();
    res.once('close', () => this.#close(exchange));
    this.#meter.admit(exchange.usage());
    this.#turn.afterwards(
      () => this.#start(exchange),
      () => this.#fail(exchange, new Refusal('overloaded')),
    );
  }

  #start(exchange: Exchange): void {
    // The client may have left meanwhile, and that is recorded by now.
    if (!exchange.isMetered) exchange.forward?.start();
  }

  refuse(exchange: Exchange, refusal: Refusal): void {
    const { req, res, head, caller } = exchange;
    exchange.refusalCode = refusal.code;
    if (caller !== null) this.#lookAtLimits(exchange);
    exchange.decision = decisionOf(exchange, this.#counters);
    sendRefusal(req, res, head, refusal, exchange.id, this.#toClient(exchange));
    if (caller !== null) this.#record(exchange);
    else this.#count(exchange, exchange.usage());
  }

  /** The client left while it was being decided: it costs nothing. */
  abandon(exchange: Exchange): void {
    this.#giveBack(exchange);
    if (exchange.caller !== null) this.#record(exchange);
  }

  /** Something went wrong that should not have: this request ends, and nothing else does. */
  breakOff(exchange: Exchange, error: unknown): void {
    const { id, res } = exchange;
    this.#logger.error({ request_id: id, ...exchange.trace, err: error }, 'request_broken_off');
    this.#giveBack(exchange);
    if (res.headersSent) res.destroy();
    else
      res.writeHead(500, ['X-Request-Id', id, 'Connection', 'close', 'Content-Length', '0']).end();
    this.#count(exchange, exchange.usage());
  }

  /** The request was let through, and came to nothing: it costs nothing. */
  #fail(exchange: Exchange, refusal: Refusal): void {
    this.#giveBack(exchange);
    this.refuse(exchange, refusal);
    this.#record(exchange);
  }

  #close(exchange: Exchange): void {
    if (exchange.forward?.wasSent === false) this.#giveBack(exchange);
    this.#record(exchange);
  }

  #giveBack(exchange: Exchange): void {
    const { caller, period, units } = exchange;
    if (caller === null || period === null) return;
    this.#counters.release(caller.user.id, period.start, units);
    exchange.units = 0;
  }

  #record(exchange: Exchange): void {
    if (exchange.isMetered) return;
    exchange.isMetered = true;
    const usage = exchange.usage();
    this.#meter.record(usage);
    this.#count(exchange, usage);
    this.#turn.plan();
  }

  #count(exchange: Exchange, usage: UsageRecord): void {
    if (exchange.isCounted) return;
    exchange.isCounted = true;
    this.#metrics.count(usage);
  }

  #lookAtLimits(exchange: Exchange): void {
    const { caller, terms, period, match, demands } = exchange;
    if (caller === null || terms === null || period === null) return;
    const account = accountOf(caller.user.id, terms.limits, match?.route.cost ?? 0, period);
    const { rate, quota } = this.#counters.peek(demands, account);
    exchange.rate = rate;
    exchange.quota = quota;
  }

  #toClient({ id, rate, quota, period, atMs }: Exchange): string[] {
    const headers =
      quota === null || period === null ? [] : limitHeaders(rate, quota, period, atMs);
    headers.push('X-Request-Id', id);
    if (this.#isDraining) headers.push(...closing);
    return headers;
  }
}

function toUpstream({ id, client, terms }: Exchange): string[] {
  return [
    ...(terms?.identityHeaders ?? []),
    'X-Request-Id',
    id,
    'X-Forwarded-For',
    client.forwardedFor,
    'X-Forwarded-Proto',
    client.proto,
    'X-Forwarded-Host',
    client.host,
  ];
}
