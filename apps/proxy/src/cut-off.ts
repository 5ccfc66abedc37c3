import { checkCaller, Refusal, type Caller, type Callers } from '@apigate/domain/gateway';
import type { Exchange } from './exchange.ts';
import type { Logger } from './logger.ts';

/**
 * Ends what runs on when its caller may not go on: long answers, event streams, WebSockets. Whoever runs is looked at
 * several times a second. As long as the caller that was let in is still the one that is known, only the clock can have
 * changed anything; a caller that was forgotten, because key or user changed, is asked for anew and checked by the same
 * step that let it in.
 */
export class CutOff {
  readonly #callers: Callers;
  readonly #logger: Logger;
  readonly #lookupsMax: number;
  /** The caller as it was last checked, where that is not the one that was let in. */
  readonly #rechecked = new WeakMap<Exchange, Caller>();
  readonly #asking = new WeakSet<Exchange>();

  constructor(callers: Callers, lookupsMax: number, logger: Logger) {
    this.#callers = callers;
    this.#lookupsMax = lookupsMax;
    this.#logger = logger;
  }

  look(exchange: Exchange): void {
    if (exchange.caller === null || this.#asking.has(exchange)) return;
    const current = this.#rechecked.get(exchange) ?? exchange.caller;
    const known = this.#callers.find(current.key.digest, Date.now());
    if (known !== undefined && known !== null) this.#check(exchange, known);
    else if (this.#callers.pendingLookups < this.#lookupsMax) void this.#ask(exchange, current);
  }

  async #ask(exchange: Exchange, { key }: Caller): Promise<void> {
    this.#asking.add(exchange);
    try {
      const found = await this.#callers.load(key.digest);
      if (found === null) this.#cut(exchange, new Refusal('invalid_api_key'));
      else this.#check(exchange, found);
    } catch (error) {
      // Nothing is known now; the next look asks again.
      this.#logger.warn({ request_id: exchange.id, err: error }, 'caller_not_rechecked');
    } finally {
      this.#asking.delete(exchange);
    }
  }

  #check(exchange: Exchange, caller: Caller): void {
    const { match, client } = exchange;
    if (match === null) return;
    if (caller !== exchange.caller) this.#rechecked.set(exchange, caller);
    const refusal = checkCaller(caller, match.route, client.ip, Date.now());
    if (refusal !== null) this.#cut(exchange, refusal);
  }

  #cut(exchange: Exchange, refusal: Refusal): void {
    this.#logger.info({ request_id: exchange.id, code: refusal.code }, 'request_cut_off');
    exchange.forward?.cut(refusal);
  }
}
