import { cleanUp } from '@apigate/domain';
import type { ApiDeps } from './context.ts';

const everyMs = 60 * 60_000;

/** Once at the start and then every hour, removes from the database what has run out. */
export class Janitor implements AsyncDisposable {
  readonly #deps: ApiDeps;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void>;

  constructor(deps: ApiDeps) {
    this.#deps = deps;
    this.#running = this.#round();
    this.#timer = setInterval(() => {
      this.#running = this.#round();
    }, everyMs);
    this.#timer.unref();
  }

  async #round(): Promise<void> {
    const { orm, log } = this.#deps;
    try {
      const removed = await cleanUp(orm.em.fork(), new Date());
      if (removed > 0) log.info({ event: 'cleaned_up', rows: removed });
    } catch (error) {
      log.warn({ event: 'not_cleaned_up', err: error });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }
}
