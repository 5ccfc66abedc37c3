import type { RefusalCode } from '@apigate/contract';
import { Refusal } from '@apigate/domain/gateway';
import type { Exchange } from './exchange.ts';
import { linesToClient, trailerLines } from './headers.ts';
import type { AnswerHead } from './http/answer-head.ts';
import type { ClientListener } from './http/client-connection.ts';
import { httpDate } from './http/date.ts';
import type { Fields } from './http/field-names.ts';
import {
  UpstreamError,
  type AnswerListener,
  type UpstreamConnection,
} from './http/upstream-connection.ts';
import type { PoolClient } from './http/upstream-pool.ts';
import { closeFrame, FrameTracker, webSocketAcceptOf } from './http/web-socket.ts';
import type { Upstream } from './upstreams.ts';

/** Hears what becomes of a request on its way. */
export interface ForwardOwner {
  /** It is about to be sent for the first time. */
  onSend: (exchange: Exchange) => void;
  /** Gives what we add to the answer, a line for each field, at the moment when it comes. */
  linesToClient: (exchange: Exchange) => string;
  /** It is over; the last bytes of its answer have not left yet. */
  onEnd: (exchange: Exchange) => void;
  /** There is nothing to pass on, so the client has to be answered. */
  onFailure: (exchange: Exchange, refusal: Refusal, error: Error) => void;
  /** Looks whether its caller may go on. */
  onSweep: (exchange: Exchange) => void;
}

/** One request on its way to the upstream and its answer on the way back, neither held up nor held in memory. */
export class Forward implements AnswerListener, ClientListener, PoolClient {
  bytesIn = 0;
  bytesOut = 0;
  upstreamLatencyMs: number | null = null;
  /** Whether the upstream may have seen any of it. */
  wasSent = false;
  readonly #exchange: Exchange;
  readonly #upstream: Upstream;
  readonly #text: string;
  readonly #owner: ForwardOwner;
  #connection: UpstreamConnection | null = null;
  #sentAtMs = 0;
  #hasRetried = false;
  #isBodyDone = false;
  #isOver = false;
  /** Follows the frames to the client; null while it is no WebSocket. */
  #frames: FrameTracker | null = null;

  /** @param text the head as it goes to the upstream. */
  constructor(exchange: Exchange, upstream: Upstream, text: string, owner: ForwardOwner) {
    this.#exchange = exchange;
    this.#upstream = upstream;
    this.#text = text;
    this.#owner = owner;
    this.#isBodyDone = !exchange.head.hasBody;
  }

  get isWaitingForClient(): boolean {
    const { head, connection } = this.#exchange;
    if (this.#isBodyDone) return false;
    // Who waits for 100 Continue sends nothing before, so it is the upstream's turn.
    if (head.expectsContinue && this.bytesIn === 0) return false;
    return connection.isWaitingForBody;
  }

  start(): void {
    this.#upstream.requests += 1;
    this.#exchange.connection.listener = this;
    this.#upstream.pool.acquire(this);
  }

  /** Ends it because its caller may not go on. */
  cut(refusal: Refusal): void {
    if (this.#isOver) return;
    const { connection } = this.#exchange;
    if (this.#frames !== null) {
      this.#end();
      if (this.#frames.isBetweenFrames) connection.sendBytes(closeFrame(refusal.code));
      connection.endTunnel();
    } else if (connection.hasAnswerBegun) {
      this.#end();
      connection.abort();
    } else this.#fail(refusal, new Error('the caller may not go on'));
  }

  onConnection(connection: UpstreamConnection): void {
    const { head, connection: client } = this.#exchange;
    this.#connection = connection;
    if (!this.wasSent) this.#owner.onSend(this.#exchange);
    this.wasSent = true;
    this.#sentAtMs = performance.now();
    connection.begin(this, this.#text, {
      isForHead: head.method === 'HEAD',
      wantsUpgrade: head.wantsWebSocket,
      hasBody: head.hasBody,
      isChunked: head.isChunked,
    });
    if (head.hasBody) client.openBody();
  }

  onNoConnection(error: Error): void {
    const code = error instanceof UpstreamError ? error.code : 'upstream_unreachable';
    this.#fail(new Refusal(code), error);
  }

  onBody(chunk: Buffer): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.bytesIn += chunk.length;
    connection.send(chunk);
    if (connection.isFull) this.#exchange.connection.pauseBody();
  }

  onBodyEnd(trailers: Fields | null): void {
    this.#isBodyDone = true;
    this.#connection?.sendEnd(trailerLines(trailers));
  }

  onBodyFault(code: RefusalCode): void {
    this.#fail(new Refusal(code), new Error('the body of the request is not whole'));
  }

  onUpstreamWritable(): void {
    const { connection } = this.#exchange;
    if (this.#frames === null) connection.resumeBody();
    else connection.resumeTunnel();
  }

  onClientWritable(): void {
    this.#connection?.resume();
  }

  onInterim(head: AnswerHead): void {
    const { head: request, connection } = this.#exchange;
    // HTTP/1.0 knows no interim answers, and nobody should get a 100 who did not ask (RFC 9110 §15.2).
    if (!request.isHttp11 || (head.status === 100 && !request.expectsContinue)) return;
    const lines = linesToClient(head, this.#exchange.caller !== null, this.#exchange.isFromPortal);
    connection.sendInterim(`${head.statusLine}${lines}\r\n`);
  }

  onAnswer(head: AnswerHead): void {
    const exchange = this.#exchange;
    const { head: request, connection } = exchange;
    this.upstreamLatencyMs = performance.now() - this.#sentAtMs;
    exchange.status = head.status;
    const isOfUnknownLength = head.framing === 'chunked' || head.framing === 'until_close';
    const isChunked = isOfUnknownLength && request.isHttp11;
    const keepsAlive = connection.decideToKeepAlive(isChunked || !isOfUnknownLength);
    let text = this.#headText(head);
    if (isChunked) text += 'Transfer-Encoding: chunked\r\n';
    if (!keepsAlive) text += 'Connection: close\r\n';
    else if (!request.isHttp11) text += 'Connection: keep-alive\r\n';
    connection.sendHead(`${text}\r\n`, isChunked);
  }

  onUpgrade(head: AnswerHead): void {
    const exchange = this.#exchange;
    const { connection } = exchange;
    const isWebSocket =
      head.upgrade?.toLowerCase() === 'websocket' &&
      head.webSocketAccept === webSocketAcceptOf(exchange.head.webSocketKey ?? '');
    if (!isWebSocket) {
      const error = new UpstreamError('the upstream does not speak WebSocket');
      this.#fail(new Refusal('upstream_unreachable'), error);
      return;
    }
    this.upstreamLatencyMs = performance.now() - this.#sentAtMs;
    exchange.status = head.status;
    this.#frames = new FrameTracker();
    const text = this.#headText(head);
    connection.startTunnel(`${text}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  }

  onAnswerText(text: string): void {
    this.bytesOut += text.length;
    this.#exchange.connection.sendText(text);
  }

  onAnswerBytes(bytes: Buffer): void {
    const { connection } = this.#exchange;
    this.bytesOut += bytes.length;
    if (this.#frames !== null) {
      this.#frames.follow(bytes);
      connection.touchTunnel();
    }
    connection.sendBytes(bytes);
    if (connection.isFull) this.#connection?.pause();
  }

  onAnswerEnd(trailers: Fields | null): void {
    const { connection } = this.#exchange;
    this.#connection = null;
    this.#end();
    if (this.#frames === null) connection.sendEnd(trailerLines(trailers));
    else connection.endTunnel();
  }

  onTunnelBytes(chunk: Buffer): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.bytesIn += chunk.length;
    connection.send(chunk);
    if (connection.isFull) this.#exchange.connection.pauseTunnel();
  }

  onTunnelEnd(): void {
    this.#connection?.endTunnel();
  }

  onUpstreamFailure(error: Error, isRetrySafe: boolean): void {
    this.#connection = null;
    if (this.#isOver) return;
    const { head, connection } = this.#exchange;
    // An idle connection may be closed by the upstream at the moment of its use; only reading again is harmless.
    const isSafe = (head.method === 'GET' || head.method === 'HEAD') && !head.hasBody;
    if (isRetrySafe && isSafe && !this.#hasRetried) {
      this.#hasRetried = true;
      this.#upstream.pool.acquireAnother(this);
    } else if (connection.hasAnswerBegun) {
      this.#end();
      connection.abort();
    } else this.onNoConnection(error);
  }

  onClientGone(): void {
    if (this.#isOver) return;
    this.#end();
  }

  onSweep(): void {
    this.#owner.onSweep(this.#exchange);
  }

  #headText(head: AnswerHead): string {
    const exchange = this.#exchange;
    const lines = linesToClient(head, exchange.caller !== null, exchange.isFromPortal);
    const date = head.hasDate ? '' : `Date: ${httpDate(exchange.atMs)}\r\n`;
    const ours = this.#owner.linesToClient(exchange);
    return `${head.statusLine}${lines}${date}${ours}`;
  }

  #fail(refusal: Refusal, error: Error): void {
    if (this.#isOver) return;
    this.#settle();
    this.#owner.onFailure(this.#exchange, refusal, error);
  }

  #end(): void {
    this.#settle();
    this.#owner.onEnd(this.#exchange);
  }

  #settle(): void {
    this.#isOver = true;
    this.#upstream.requests -= 1;
    if (this.#connection === null) this.#upstream.pool.cancel(this);
    else this.#connection.destroy();
    this.#connection = null;
  }
}
