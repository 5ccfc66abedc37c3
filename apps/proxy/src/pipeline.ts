import {
  accountOf,
  checkCaller,
  demandsOn,
  findRoute,
  guard,
  identifyCaller,
  quotaPeriodAt,
  readCredential,
  Refusal,
  refusalOfTake,
  type Caller,
  type ClientAddresses,
  type Counters,
  type IdentifyBounds,
  type IsInUse,
  type QuotaPeriod,
  type Snapshot,
  type TakeVerdict,
} from '@apigate/domain/gateway';
import { Exchange } from './exchange.ts';
import type { ClientConnection } from './http/client-connection.ts';
import type { Outcomes } from './outcomes.ts';
import { isPreflight } from './portal-pages.ts';
import type { RequestHead } from './request-head.ts';

/** The longest name with a port (RFC 1035 §2.3.4). What is longer is not kept in memory with its connection. */
const hostCharsMax = 253 + 1 + 5;

/** What the pipeline decides with. */
export interface PipelineParts {
  snapshot: Snapshot;
  addresses: ClientAddresses;
  counters: Counters;
  outcomes: Outcomes;
  bounds: IdentifyBounds;
  /** Whose pages may call: the portal’s. */
  portalOrigin: string;
}

/**
 * What happens to a request, in this order: guard → route → credential → caller → rate limit → quota → forward → meter.
 * For a key in use all of it is decided at once, without waiting for anything.
 */
export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #isInUse: IsInUse;
  #period: QuotaPeriod = quotaPeriodAt(Date.now());

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    const { callers } = parts.snapshot;
    this.#isInUse = (text) => callers.findInUse(text) !== null;
  }

  handle(connection: ClientConnection, head: RequestHead): void {
    const client = this.#parts.addresses.read(connection.address, head, connection.client);
    if (head.host.length <= hostCharsMax) connection.client = client;
    const exchange = new Exchange(connection, head, client);
    try {
      this.#decide(exchange);
    } catch (error) {
      this.#parts.outcomes.breakOff(exchange, error);
    }
  }

  #decide(exchange: Exchange): void {
    const { snapshot, outcomes, bounds, portalOrigin } = this.#parts;
    const { head, atMs } = exchange;

    const target = guard(head);
    if (target instanceof Refusal) return outcomes.turnAway(exchange, target);
    exchange.target = target;
    if (snapshot.settings === null) return outcomes.refuse(exchange, new Refusal('not_ready'));
    exchange.isFromPortal = head.origin === portalOrigin && snapshot.settings['portal.try_it'];
    if (exchange.isFromPortal && isPreflight(head)) return outcomes.permit(exchange);

    const match = findRoute(snapshot.routes, head.method, head.host, target.path);
    if (match instanceof Refusal) return outcomes.refuse(exchange, match);
    exchange.match = match;

    const credential = readCredential(head, match.route.authRequired, this.#isInUse);
    if (credential instanceof Refusal) return outcomes.refuse(exchange, credential);
    exchange.isAuthorizationOurs = credential.isAuthorizationOurs;
    if (credential.secret === null) return this.#admit(exchange, null);

    const found = identifyCaller(snapshot, credential.secret, exchange.client.ip, atMs, bounds);
    if (!(found instanceof Promise)) return this.#admit(exchange, found);
    found
      .then((late) => this.#admit(exchange, late))
      .catch((error: unknown) => outcomes.breakOff(exchange, error));
  }

  #admit(exchange: Exchange, found: Caller | Refusal | null): void {
    const { outcomes } = this.#parts;
    if (!exchange.connection.isOpen) return;
    if (found instanceof Refusal) return outcomes.refuse(exchange, found);
    const refusal = this.#checkCaller(exchange, found);
    if (refusal !== null) return outcomes.refuse(exchange, refusal);
    const verdict = this.#take(exchange);
    if (!(verdict instanceof Promise)) return this.#conclude(exchange, verdict);
    verdict
      .then((late) => this.#conclude(exchange, late))
      .catch((error: unknown) => outcomes.breakOff(exchange, error));
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

  /** Takes what the request asks for, or nothing; it waits only where several proxies share their counters. */
  #take({ caller, terms, period, match, demands }: Exchange): TakeVerdict | Promise<TakeVerdict> {
    const account =
      caller === null || terms === null || period === null || match === null
        ? null
        : accountOf(caller.user.id, terms.limits, match.route.cost, period);
    return this.#parts.counters.take(demands, account);
  }

  #conclude(exchange: Exchange, verdict: TakeVerdict): void {
    const { outcomes, snapshot } = this.#parts;
    const { match, period, atMs } = exchange;
    exchange.rate = verdict.rate;
    exchange.quota = verdict.quota;
    const exceededStatus = snapshot.settings?.['quota.exceeded_status'];
    const refusal = refusalOfTake(verdict, { nowMs: atMs, period, exceededStatus });
    if (refusal !== null) return outcomes.refuse(exchange, refusal);
    if (verdict.quota !== null) exchange.units = match?.route.cost ?? 0;
    if (!exchange.connection.isOpen) return outcomes.abandon(exchange);
    outcomes.forward(exchange);
  }

  #periodAt(nowMs: number): QuotaPeriod {
    const { startMs, endMs } = this.#period;
    if (nowMs < startMs || nowMs >= endMs) this.#period = quotaPeriodAt(nowMs);
    return this.#period;
  }
}
