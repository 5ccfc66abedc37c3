import {
  accountOf,
  limitLines,
  Refusal,
  type Caller,
  type Counters,
  type Meter,
  type Terms,
  type UsageRecord,
} from '@apigate/domain/gateway';
import type { CutOff } from './cut-off.ts';
import { decisionOf } from './decision-of.ts';
import type { Exchange } from './exchange.ts';
import { Forward, type ForwardOwner } from './forward.ts';
import { linesOf, linesToUpstream } from './headers.ts';
import type { Turn } from './http/turn.ts';
import type { Logger } from './logger.ts';
import type { ProxyMetrics } from './metrics.ts';
import { pageLinesOf, preflightLines } from './portal-pages.ts';
import { refusalText } from './refusal-text.ts';
import type { Upstream, Upstreams } from './upstreams.ts';

/** What outcomes are reached with. */
export interface OutcomeParts {
  upstreams: Upstreams;
  counters: Counters;
  meter: Meter;
  metrics: ProxyMetrics;
  cutOff: CutOff;
  turn: Turn;
  logger: Logger;
}

/** The two ways in which a decided request ends, forwarded or refused; either way it is metered. */
export class Outcomes implements ForwardOwner {
  readonly #parts: OutcomeParts;

  constructor(parts: OutcomeParts) {
    this.#parts = parts;
  }

  forward(exchange: Exchange): void {
    const { match, target } = exchange;
    const { upstreams, meter } = this.#parts;
    if (match === null || target === null) return;
    const upstream = upstreams.get(match.route.upstreamId);
    if (upstream === undefined) return this.#fail(exchange, new Refusal('upstream_unreachable'));
    if (meter.isFull || upstream.requests >= upstream.requestsMax) {
      return this.#fail(exchange, new Refusal('overloaded'));
    }
    const url = upstream.basePath + match.upstreamPath + target.query;
    const text = this.#textToUpstream(exchange, upstream, url);
    exchange.forward = new Forward(exchange, upstream, text, this);
    exchange.forward.start();
  }

  refuse(exchange: Exchange, refusal: Refusal): void {
    const { connection, head, caller, id } = exchange;
    exchange.refusalCode = refusal.code;
    exchange.status = refusal.status;
    if (caller !== null) this.#lookAtLimits(exchange);
    exchange.decision = decisionOf(exchange, this.#parts.counters);
    if (caller !== null) this.#record(exchange);
    else this.#count(exchange, exchange.usage());
    const text = refusalText(refusal, {
      requestId: id,
      ours: this.#limitLines(exchange) + pageLinesOf(exchange),
      isLast: !connection.decideToKeepAlive(true),
      isForHead: head.method === 'HEAD',
    });
    connection.sendAnswer(text);
  }

  /** Refuses what servers may read in more than one way, and takes nothing more from that connection. */
  turnAway(exchange: Exchange, refusal: Refusal): void {
    exchange.connection.closeBehind();
    this.refuse(exchange, refusal);
  }

  /** Lets the browser send what a page of the portal wants to send. */
  permit(exchange: Exchange): void {
    const { connection, head, id } = exchange;
    exchange.status = 204;
    this.#count(exchange, exchange.usage());
    const close = connection.decideToKeepAlive(true) ? '' : 'Connection: close\r\n';
    const lines = preflightLines(head);
    connection.sendAnswer(`HTTP/1.1 204 No Content\r\n${lines}X-Request-Id: ${id}\r\n${close}\r\n`);
  }

  /** The client left while it was being decided: it costs nothing. */
  abandon(exchange: Exchange): void {
    this.#giveBack(exchange);
    if (exchange.caller !== null) this.#record(exchange);
  }

  /** Something went wrong that should not have: this request ends, and nothing else does. */
  breakOff(exchange: Exchange, error: unknown): void {
    const { id, connection } = exchange;
    this.#parts.logger.error(
      { request_id: id, ...exchange.trace, err: error },
      'request_broken_off',
    );
    this.#giveBack(exchange);
    this.#count(exchange, exchange.usage());
    connection.closeBehind();
    if (connection.hasAnswerBegun) connection.abort();
    else {
      const lines = `X-Request-Id: ${id}\r\nConnection: close\r\nContent-Length: 0\r\n`;
      connection.sendAnswer(`HTTP/1.1 500 Internal Server Error\r\n${lines}\r\n`);
    }
  }

  onSend(exchange: Exchange): void {
    exchange.meterNumber = this.#parts.meter.admit(exchange.begunUsage);
  }

  linesToClient(exchange: Exchange): string {
    return `${this.#limitLines(exchange)}${pageLinesOf(exchange)}X-Request-Id: ${exchange.id}\r\n`;
  }

  onEnd(exchange: Exchange): void {
    if (exchange.forward?.wasSent === false) this.#giveBack(exchange);
    this.#record(exchange);
  }

  onFailure(exchange: Exchange, refusal: Refusal, { message }: Error): void {
    const { id, match, trace } = exchange;
    const { code } = refusal;
    this.#parts.logger.warn(
      { request_id: id, ...trace, upstream_id: match?.route.upstreamId, code, message },
      'upstream_failed',
    );
    this.#fail(exchange, refusal);
  }

  onSweep(exchange: Exchange): void {
    this.#parts.cutOff.look(exchange);
  }

  /** The request was let through, and came to nothing: it costs nothing. */
  #fail(exchange: Exchange, refusal: Refusal): void {
    this.#giveBack(exchange);
    this.refuse(exchange, refusal);
    this.#record(exchange);
  }

  #giveBack(exchange: Exchange): void {
    const { caller, period, units } = exchange;
    if (caller === null || period === null) return;
    this.#parts.counters.release(caller.user.id, period.start, units);
    exchange.units = 0;
  }

  #record(exchange: Exchange): void {
    if (exchange.isMetered) return;
    exchange.isMetered = true;
    const usage = exchange.usage();
    this.#parts.meter.record(usage, exchange.meterNumber);
    this.#count(exchange, usage);
    this.#parts.turn.end();
  }

  #count(exchange: Exchange, usage: UsageRecord): void {
    if (exchange.isCounted) return;
    exchange.isCounted = true;
    this.#parts.metrics.count(usage);
  }

  #lookAtLimits(exchange: Exchange): void {
    const { caller, terms, period, match, demands } = exchange;
    if (caller === null || terms === null || period === null) return;
    const account = accountOf(caller.user.id, terms.limits, match?.route.cost ?? 0, period);
    const { rate, quota } = this.#parts.counters.peek(demands, account);
    exchange.rate = rate;
    exchange.quota = quota;
  }

  #limitLines({ rate, quota, period, atMs }: Exchange): string {
    if (quota === null || period === null) return '';
    return limitLines(rate, quota, period, atMs);
  }

  #textToUpstream(exchange: Exchange, upstream: Upstream, url: string): string {
    const { head, id, client, isAuthorizationOurs } = exchange;
    const { replacedName, versionAndHost, authLine } = upstream;
    const theirs = linesToUpstream(head, { isAuthorizationOurs, replacedName });
    return (
      `${head.method} ${url}${versionAndHost}${theirs}${identityLinesOf(exchange.caller, exchange.terms)}` +
      `X-Request-Id: ${id}\r\n${client.lines}${authLine}\r\n`
    );
  }
}

/** The lines of fields that tell the upstream of a caller. */
function identityLinesOf(caller: Caller | null, terms: Terms | null): string {
  if (caller === null || terms === null) return '';
  const { key, user } = caller;
  const more = terms.userHeaders.length === 0 ? '' : linesOf(terms.userHeaders);
  return `X-User-Id: ${user.id}\r\nX-Plan-Id: ${user.planId}\r\nX-Key-Id: ${key.id}\r\n${more}`;
}
