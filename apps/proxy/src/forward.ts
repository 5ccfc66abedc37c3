import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RefusalCode } from '@apigate/contract';
import type { Dispatcher } from 'undici';
import { finishAnswer } from './finish-answer.ts';
import { headersToClient } from './headers.ts';
import type { RequestBody } from './request-body.ts';
import type { Upstream } from './upstreams.ts';

/** A request as it goes to the upstream, and what its answer gets on the way back. */
export interface ForwardOrder {
  req: IncomingMessage;
  res: ServerResponse;
  upstream: Upstream;
  method: string;
  /** With base path and query. */
  path: string;
  headers: string[];
  body: RequestBody | null;
  /** Gives the flat list of what we add to the answer, at the moment when it comes. */
  answerHeaders: () => readonly string[];
  tellsLimits: boolean;
  /** Called when the whole answer is here, before its end is passed on by `finish`. */
  onAnswered: (finish: () => void) => void;
  /** Called instead of answering when there is nothing to pass on. */
  onFailure: (code: RefusalCode, error: Error) => void;
}

const neverReached = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** One request on its way to the upstream and its answer on the way back, neither held up nor held in memory. */
export class Forward implements Dispatcher.DispatchHandler {
  bytesOut = 0;
  upstreamLatencyMs: number | null = null;
  /** Whether the upstream may have seen any of it. */
  wasSent = false;
  readonly #order: ForwardOrder;
  #controller: Dispatcher.DispatchController | null = null;
  #sentAtMs = 0;
  #hasAnswer = false;
  #hasRetried = false;
  #isOver = false;
  #bytesExpected: number | null = null;
  /** With it a client would have the whole answer. */
  #lastChunk: Buffer | null = null;

  constructor(order: ForwardOrder) {
    this.#order = order;
  }

  get bytesIn(): number {
    return this.#order.body?.bytes ?? 0;
  }

  start(): void {
    const { res, upstream } = this.#order;
    upstream.requests += 1;
    res.once('close', this.#onClientClose);
    res.on('timeout', this.#onClientTimeout);
    this.#dispatch();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) {
      controller.abort(new Error('the client is gone'));
      return;
    }
    this.wasSent = true;
    this.#sentAtMs = performance.now();
  }

  onResponseStarted(): void {
    this.#hasAnswer = true;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    statusText = '',
  ): void {
    if (status < 200 || this.#isOver) return;
    const { res, answerHeaders, tellsLimits } = this.#order;
    this.upstreamLatencyMs = performance.now() - this.#sentAtMs;
    const raw = rawPairs(controller.rawHeaders);
    this.#bytesExpected = contentLength(raw);
    res.writeHead(
      status,
      statusText,
      headersToClient(raw, { status, tellsLimits }, answerHeaders()),
    );
    // The head leaves together with the first bytes of the body, or alone when those are not here yet.
    process.nextTick(flushHead, this, res);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    this.bytesOut += chunk.length;
    const { res } = this.#order;
    if (this.bytesOut === this.#bytesExpected) {
      this.#lastChunk = chunk;
      return;
    }
    if (!res.write(chunk)) {
      controller.pause();
      res.once('drain', () => controller.resume());
    }
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    const { res, onAnswered } = this.#order;
    const trailers = rawPairs(controller.rawTrailers);
    if (trailers.length > 0 && !this.#isOver) res.addTrailers(trailerPairs(trailers));
    this.#settle();
    onAnswered(() => this.#finish());
  }

  #finish(): void {
    const { req, res, body } = this.#order;
    if (this.#lastChunk !== null) res.write(this.#lastChunk);
    if (body === null || req.complete) res.end();
    else finishAnswer(req, res);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#isOver) return;
    if (this.#mayRetry(error)) {
      this.#hasRetried = true;
      this.#dispatch();
      return;
    }
    this.#fail(
      codeOf(error) === 'UND_ERR_HEADERS_TIMEOUT' ? 'upstream_timeout' : 'upstream_unreachable',
      error,
    );
  }

  #dispatch(): void {
    const { upstream, method, path, headers, body } = this.#order;
    try {
      upstream.pool.dispatch({ path, method, headers, body }, this);
    } catch (error) {
      this.#fail('upstream_unreachable', error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** An idle connection may be closed by the upstream at the moment of its use; only reading again is harmless. */
  #mayRetry(error: Error): boolean {
    const { method, body } = this.#order;
    const isSafe = (method === 'GET' || method === 'HEAD') && body === null;
    return (
      isSafe &&
      !this.#hasRetried &&
      !this.#hasAnswer &&
      this.wasSent &&
      neverReached.has(codeOf(error))
    );
  }

  #fail(code: RefusalCode, error: Error): void {
    const { res, onFailure } = this.#order;
    this.#settle();
    if (res.headersSent) res.destroy(error);
    else onFailure(code, error);
  }

  #settle(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#order.upstream.requests -= 1;
    this.#order.res.off('close', this.#onClientClose);
    this.#order.res.off('timeout', this.#onClientTimeout);
  }

  readonly #onClientClose = (): void => {
    this.#settle();
    this.#controller?.abort(new Error('the client is gone'));
    this.#order.body?.destroy();
  };

  /** The socket was silent for long; that matters only when it is the client that is waited for. */
  readonly #onClientTimeout = (): void => {
    const { req, res, body } = this.#order;
    if (res.writableNeedDrain) {
      res.destroy();
    } else if (body?.isStarved === true) {
      const controller = this.#controller;
      this.#fail('request_timeout', new Error('the client stopped sending'));
      controller?.abort(new Error('the client stopped sending'));
    } else {
      req.socket.setTimeout(req.socket.timeout ?? 0);
    }
  };

  /** Sends the head of the answer when no body has come with it. */
  flushHeadIfAlone(): void {
    if (!this.#isOver && this.bytesOut === 0) this.#order.res.flushHeaders();
  }
}

function flushHead(forward: Forward): void {
  forward.flushHeadIfAlone();
}

function rawPairs(raw: Dispatcher.DispatchController['rawHeaders']): readonly Buffer[] {
  return Array.isArray(raw)
    ? raw.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part))
    : [];
}

function contentLength(raw: readonly Buffer[]): number | null {
  for (let at = 0; at + 1 < raw.length; at += 2) {
    if (raw[at]?.toString('latin1').toLowerCase() === 'content-length') return Number(raw[at + 1]);
  }
  return null;
}

function trailerPairs(raw: readonly Buffer[]): [string, string][] {
  const flat = headersToClient(raw, { status: 200, tellsLimits: true }, []);
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) pairs.push([flat[at] ?? '', flat[at + 1] ?? '']);
  return pairs;
}
