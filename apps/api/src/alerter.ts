import { raiseForecastAlerts, raiseQuotaAlerts } from '@apigate/domain';
import type { ApiDeps } from './context.ts';

const everyMs = 5_000;
/** Forecasts change slowly. */
const roundsPerForecast = 12;

/** Tells people of their quota for as long as the control plane runs; several processes do not tell them twice. */
export class Alerter implements AsyncDisposable {
  readonly #deps: ApiDeps;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #rounds = 0;
  #stopped = false;

  constructor(deps: ApiDeps) {
    this.#deps = deps;
    this.#schedule(0);
  }

  #schedule(afterMs: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#round();
    }, afterMs);
    this.#timer.unref();
  }

  async #round(): Promise<void> {
    const { orm, secrets, publicUrl, log } = this.#deps;
    try {
      const ctx = { em: orm.em.fork(), now: new Date(), secrets, publicUrl };
      let raised = await raiseQuotaAlerts(ctx);
      if (this.#rounds % roundsPerForecast === 0) raised += await raiseForecastAlerts(ctx);
      this.#rounds += 1;
      if (raised > 0) log.info({ event: 'alerts_raised', alerts: raised });
    } catch (error) {
      log.warn({ event: 'alerts_not_raised', err: error });
    }
    this.#schedule(everyMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }
}
