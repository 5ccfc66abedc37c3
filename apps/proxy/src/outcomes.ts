import { Refusal, type QuotaLedger, type TokenBuckets } from '@apigate/domain/gateway';
import { decisionOf } from './decision-of.ts';
import type { Exchange } from './exchange.ts';
import { Forward } from './forward.ts';
import { headersToUpstream } from './headers.ts';
import { limitHeaders } from './limit-headers.ts';
import type { Logger } from './logger.ts';
import type { Meter } from './meter.ts';
import { RequestBody } from './request-body.ts';
import { hasBody } from './request-head.ts';
import { sendRefusal } from './send-refusal.ts';
import type { Upstreams } from './upstreams.ts';

const closing = ['Connection', 'close'] as const;

/** The two ways in which a decided request ends, forwarded or refused; either way it is metered. */
export class Outcomes {
  readonly #upstreams: Upstreams;
  readonly #buckets: TokenBuckets;
  readonly #ledger: QuotaLedger;
  readonly #meter: Meter;
  readonly #logger: Logger;
  #isDraining = false;

  constructor(
    upstreams: Upstreams,
    buckets: TokenBuckets,
    ledger: QuotaLedger,
    meter: Meter,
    logger: Logger,
  ) {
    this.#upstreams = upstreams;
    this.#buckets = buckets;
    this.#ledger = ledger;
    this.#meter = meter;
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
      onFailure: (code, error) => {
        const { id } = exchange;
        const { message } = error;
        this.#logger.warn(
          { request_id: id, upstream_id: upstream.id, code, message },
          'upstream_failed',
        );
        this.#fail(exchange, new Refusal(code));
      },
    });
    if (expect !== null) res.writeContinue();
    res.once('close', () => this.#close(exchange));
    exchange.forward.start();
  }

  refuse(exchange: Exchange, refusal: Refusal): void {
    const { req, res, head, caller } = exchange;
    exchange.refusalCode = refusal.code;
    if (caller !== null) this.#lookAtLimits(exchange);
    exchange.decision = decisionOf(exchange, this.#buckets);
    sendRefusal(req, res, head, refusal, exchange.id, this.#toClient(exchange));
    if (caller !== null) this.#record(exchange);
  }

  /** Something went wrong that should not have: this request ends, and nothing else does. */
  breakOff(exchange: Exchange, error: unknown): void {
    const { id, res } = exchange;
    this.#logger.error({ request_id: id, err: error }, 'request_broken_off');
    this.#giveBack(exchange);
    if (res.headersSent) res.destroy();
    else
      res.writeHead(500, ['X-Request-Id', id, 'Connection', 'close', 'Content-Length', '0']).end();
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
    this.#ledger.release(caller.user.id, period.start, units);
    exchange.units = 0;
  }

  #record(exchange: Exchange): void {
    if (exchange.isMetered) return;
    exchange.isMetered = true;
    this.#meter.record(exchange.usage());
  }

  #lookAtLimits(exchange: Exchange): void {
    const { caller, terms, period, demands } = exchange;
    if (caller === null || terms === null || period === null) return;
    exchange.rate = this.#buckets.peek(demands, performance.now());
    const used = this.#ledger.used(caller.user.id, period.start);
    exchange.quota = { allowed: true, limit: terms.limits.requestsPerMonth, used };
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
