import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  checkCaller,
  demandsOn,
  identifyCaller,
  quotaPeriodAt,
  Refusal,
  takeQuota,
  takeToken,
  type Caller,
  type IdentifyBounds,
  type QuotaLedger,
  type QuotaPeriod,
  type Snapshot,
  type TokenBuckets,
} from '@apigate/domain/gateway';
import type { ClientAddresses } from './client-address.ts';
import { Exchange } from './exchange.ts';
import type { Outcomes } from './outcomes.ts';
import { findRoute } from './steps/find-route.ts';
import { guard } from './steps/guard.ts';
import { readCredential } from './steps/read-credential.ts';

/** What the pipeline decides with. */
export interface PipelineParts {
  snapshot: Snapshot;
  addresses: ClientAddresses;
  buckets: TokenBuckets;
  ledger: QuotaLedger;
  outcomes: Outcomes;
  bounds: IdentifyBounds;
}

/**
 * What happens to a request, in this order: guard → route → credential → caller → rate limit → quota → forward → meter.
 * For a key in use all of it is decided at once, without waiting for anything.
 */
export class Pipeline {
  readonly #parts: PipelineParts;
  #period: QuotaPeriod = quotaPeriodAt(Date.now());

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  handle(req: IncomingMessage, res: ServerResponse): void {
    const exchange = new Exchange(req, res);
    try {
      this.#decide(exchange);
    } catch (error) {
      this.#parts.outcomes.breakOff(exchange, error);
    }
  }

  #decide(exchange: Exchange): void {
    const { snapshot, addresses, outcomes, bounds } = this.#parts;
    const { req } = exchange;
    const { head, method, atMs } = exchange;
    exchange.client = addresses.read(req.socket.remoteAddress ?? '', head);

    const target = guard({ method, url: req.url ?? '', httpVersion: req.httpVersion, head });
    if (target instanceof Refusal) return outcomes.refuse(exchange, target);
    exchange.target = target;
    if (snapshot.settings === null) return outcomes.refuse(exchange, new Refusal('not_ready'));

    const match = findRoute(snapshot.routes, method, head.host, target.path);
    if (match instanceof Refusal) return outcomes.refuse(exchange, match);
    exchange.match = match;

    const credential = readCredential(head, match.route.authRequired);
    if (credential instanceof Refusal) return outcomes.refuse(exchange, credential);
    exchange.isAuthorizationOurs = credential.isAuthorizationOurs;
    if (credential.secret === null) return this.#admit(exchange, null);

    const found = identifyCaller(snapshot, credential.secret, atMs, bounds);
    if (!(found instanceof Promise)) return this.#admit(exchange, found);
    found
      .then((late) => this.#admit(exchange, late))
      .catch((error: unknown) => outcomes.breakOff(exchange, error));
  }

  #admit(exchange: Exchange, found: Caller | Refusal | null): void {
    const { outcomes } = this.#parts;
    if (exchange.res.closed) return;
    if (found instanceof Refusal) return outcomes.refuse(exchange, found);
    const refusal =
      this.#checkCaller(exchange, found) ?? this.#takeToken(exchange) ?? this.#takeQuota(exchange);
    if (refusal === null) outcomes.forward(exchange);
    else outcomes.refuse(exchange, refusal);
  }

  #checkCaller(exchange: Exchange, caller: Caller | null): Refusal | null {
    const { atMs, client, match } = exchange;
    if (match === null) return null;
    exchange.caller = caller;
    exchange.demands = demandsOn(match.route, [], client.ip);
    if (caller === null) return null;
    exchange.period = this.#periodAt(atMs);
    exchange.terms = this.#parts.snapshot.termsOf(caller);
    if (exchange.terms === null) return new Refusal('not_ready');
    exchange.demands = demandsOn(match.route, exchange.terms.demands, caller.user.id);
    return checkCaller(caller, match.route, client.ip, atMs);
  }

  #takeToken(exchange: Exchange): Refusal | null {
    const verdict = takeToken(this.#parts.buckets, exchange.demands, performance.now());
    if (verdict instanceof Refusal) return verdict;
    exchange.rate = verdict;
    return null;
  }

  #takeQuota(exchange: Exchange): Refusal | null {
    const { caller, terms, period, match, atMs } = exchange;
    const { ledger, snapshot } = this.#parts;
    if (caller === null || terms === null || period === null || match === null) return null;
    const units = match.route.cost;
    const exceededStatus = snapshot.settings?.['quota.exceeded_status'];
    const verdict = takeQuota(ledger, caller.user.id, terms.limits, units, {
      period,
      nowMs: atMs,
      exceededStatus,
    });
    if (verdict instanceof Refusal) return verdict;
    exchange.quota = verdict;
    exchange.units = units;
    return null;
  }

  #periodAt(nowMs: number): QuotaPeriod {
    const { startMs, endMs } = this.#period;
    if (nowMs < startMs || nowMs >= endMs) this.#period = quotaPeriodAt(nowMs);
    return this.#period;
  }
}
