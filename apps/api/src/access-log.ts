import { newId, storeAccessRecords, type NewAccessRecord } from '@apigate/domain';
import type { RequestHandler, Response } from 'express';
import { actorBehind, requestIdOf, type ApiDeps } from './context.ts';

const flushMs = 1_000;
const recordsMax = 10_000;
const queryCharsMax = 512;

const queries = new WeakMap<Response, string>();

/** Tells the access log what the request behind `res` asks for, where its address does not. */
export function nameQuery(res: Response, query: string): void {
  queries.set(res, query.slice(0, queryCharsMax));
}

/** Keeps a record of each request to the control plane; they reach the database a second later. */
export class AccessLog implements AsyncDisposable {
  readonly #deps: ApiDeps;
  readonly #timer: NodeJS.Timeout;
  #records: NewAccessRecord[] = [];

  constructor(deps: ApiDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => void this.#flush(), flushMs);
    this.#timer.unref();
  }

  /** Records what comes through it, once it is answered. */
  readonly handler: RequestHandler = (req, res, next) => {
    const startedAt = performance.now();
    const [endpoint = ''] = req.originalUrl.split('?');
    res.once('close', () => {
      if (this.#records.length >= recordsMax) return;
      const actor = actorBehind(res);
      this.#records.push({
        id: newId(),
        timestamp: new Date(),
        userId: actor?.kind === 'user' ? actor.id : null,
        serviceKey: actor?.kind === 'service' ? { id: actor.id, name: actor.name } : null,
        method: req.method,
        endpoint: endpoint.startsWith('/trpc/') ? '/trpc' : endpoint.slice(0, 512),
        query: endpoint.startsWith('/trpc/')
          ? endpoint.slice('/trpc/'.length, queryCharsMax)
          : (queries.get(res) ?? null),
        statusCode: res.statusCode,
        responseTime: Math.round(performance.now() - startedAt),
        ip: req.ip ?? null,
        requestId: requestIdOf(res),
      });
    });
    next();
  };

  async #flush(): Promise<void> {
    const records = this.#records;
    if (records.length === 0) return;
    this.#records = [];
    try {
      await storeAccessRecords(this.#deps.orm.em.fork(), records);
    } catch (error) {
      // They go with the next round, as long as there is room.
      this.#records = [...records, ...this.#records].slice(-recordsMax);
      this.#deps.log.warn({ event: 'access_records_not_stored', err: error });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#flush();
  }
}
