import type { OnReadOpts, Socket } from 'node:net';
import { plainAddress, Refusal, type ClientAddress } from '@apigate/domain/gateway';
import type { RefusalCode } from '@apigate/contract';
import type { ProxyBounds } from '../config.ts';
import { refusalText } from '../refusal-text.ts';
import { newRequestId } from '../request-id.ts';
import type { RequestHead } from '../request-head.ts';
import { ChunkedDecoder, type ChunkSink } from './chunked-decoder.ts';
import type { Fields } from './field-names.ts';
import { Outbox, type OutboxOwner } from './outbox.ts';
import { bytesFrom, hasStrayBytes, parseRequestHead, requestHeadBytesMax } from './parse-head.ts';
import { resetConnection } from './reset-connection.ts';
import type { Turn } from './turn.ts';

const headEnd = '\r\n\r\n';
const readBytes = 64 * 1024;
/** What is read is copied or turned into text before the next read, so one buffer does for all connections of a thread. */
const buffer = Buffer.allocUnsafeSlow(readBytes);
/** What may wait of requests that were sent before the answer to the one in front of them. */
const heldBytesMax = 64 * 1024;
/** How much of an unwanted body is read and dropped, so that the client gets its answer and the connection lives. */
const unreadBytesMax = 1024 * 1024;
const unreadWaitMs = 2_000;
/** For the client to close its side behind the last answer. */
const lingerMs = 2_000;
/**
 * For the next byte of an answer to leave after the client has ended its side. Whoever ends a side and listens on gets
 * an answer that is quick; whoever has left cannot be told from that before something is sent.
 */
const halfClosedMs = 300;

/** The bounds that hold on a connection of a client. */
export type ClientBounds = Pick<
  ProxyBounds,
  | 'requestHeadTimeoutMs'
  | 'clientIdleTimeoutMs'
  | 'keepAliveTimeoutMs'
  | 'tunnelIdleTimeoutMs'
  | 'bodyRateGraceMs'
  | 'bodyBytesPerSecondMin'
>;

/** Handles the request that is in progress on a connection. */
export interface ClientListener {
  /** A part of the body, in memory that is used again after the call. */
  onBody: (chunk: Buffer) => void;
  onBodyEnd: (trailers: Fields | null) => void;
  /** The body will never be whole; the client can still be answered. */
  onBodyFault: (code: RefusalCode) => void;
  /** There is room again for more of the answer. */
  onClientWritable: () => void;
  /** Bytes of the tunnel, in memory that is used again after the call. */
  onTunnelBytes: (chunk: Buffer) => void;
  /** The client has ended its side of the tunnel. */
  onTunnelEnd: () => void;
  /** The connection is closed; nothing can be sent any more. */
  onClientGone: () => void;
  /** Looked at every fraction of a second, for as long as it is in progress. */
  onSweep: (nowMs: number) => void;
}

/** What a connection needs of its server. */
export interface ClientConnectionOwner {
  readonly turn: Turn;
  readonly bounds: ClientBounds;
  readonly isDraining: boolean;
  onRequest: (connection: ClientConnection, head: RequestHead) => void;
  onClosed: (connection: ClientConnection) => void;
}

/**
 * A connection of a client: one request after the other, however many it sends ahead, and each answer in its turn. It
 * knows framing and time, and nothing of what a request is about.
 */
export class ClientConnection implements OutboxOwner, ChunkSink {
  /** The address at the other end. */
  readonly address: string;
  listener: ClientListener | null = null;
  /** Who sent the last request, as far as that was believed. */
  client: ClientAddress | null = null;
  readonly #owner: ClientConnectionOwner;
  readonly #socket: Socket;
  readonly #outbox: Outbox;
  /** What is read now. Behind `ended`, whatever comes is dropped. */
  #reading: 'head' | 'body' | 'held' | 'tunnel' | 'ended' = 'head';
  #answer: 'none' | 'begun' | 'ended' = 'ended';
  #head: RequestHead | null = null;
  #keepsAlive = true;
  #isAnswerChunked = false;
  #isAnswerBounded = true;
  /** The beginning of a head whose end is not here yet. */
  #partial = '';
  /** What came ahead of its time. */
  #held: Buffer | null = null;
  #isConsuming = false;
  #decoder: ChunkedDecoder | null = null;
  #bodyRest = 0;
  #isBodyOpen = false;
  #isBodyPaused = false;
  #bodyBytes = 0;
  #bodyWaitMs = 0;
  #unreadBytes = 0;
  #deadlineMs: number;
  #sweptMs: number;
  #unwrittenBytes = 0;
  #unwrittenSinceMs = 0;
  #hasClientEnded = false;
  #halfClosed: NodeJS.Timeout | null = null;

  /** @param open gives its socket, which reads as it is told. */
  constructor(open: (onread: OnReadOpts) => Socket, owner: ClientConnectionOwner) {
    const socket = open({ buffer, callback: this.#onBytes });
    this.address = plainAddress(socket.remoteAddress ?? '');
    this.#socket = socket;
    this.#owner = owner;
    this.#outbox = new Outbox(socket, owner.turn, this);
    this.#sweptMs = owner.turn.nowMs;
    this.#deadlineMs = this.#sweptMs + owner.bounds.requestHeadTimeoutMs;
    socket.setNoDelay(true);
    socket.on('end', this.#onEnd);
    socket.on('error', () => undefined);
    socket.on('close', this.#onClose);
  }

  /** Whether the client takes less than it is sent. */
  get isFull(): boolean {
    return this.#outbox.isFull;
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Whether it carries no request, and has not even the beginning of one. */
  get isIdle(): boolean {
    return this.#reading === 'head' && this.#partial === '' && this.#answer === 'ended';
  }

  get isBodyComplete(): boolean {
    return this.#reading !== 'body';
  }

  get hasAnswerBegun(): boolean {
    return this.#answer !== 'none';
  }

  /** Whether the body is waited for, and it is the client that is slow. */
  get isWaitingForBody(): boolean {
    return this.#reading === 'body' && this.#isBodyOpen && !this.#isBodyPaused;
  }

  /**
   * Whether the connection goes on behind this answer; from here on that is settled, and `Connection: close` has to say
   * so if it does not.
   */
  decideToKeepAlive(isAnswerBounded: boolean): boolean {
    const head = this.#head;
    this.#isAnswerBounded = isAnswerBounded;
    const isBodySure = this.isBodyComplete || head?.expectsContinue !== true || this.#bodyBytes > 0;
    this.#keepsAlive = this.#keepsAlive && isAnswerBounded && isBodySure && !this.#owner.isDraining;
    return this.#keepsAlive;
  }

  /** The answer in progress is the last one. */
  closeBehind(): void {
    this.#keepsAlive = false;
  }

  /** Lets the body come, to the listener. */
  openBody(): void {
    if (this.#reading !== 'body') return;
    this.#isBodyOpen = true;
    this.#deadlineMs = this.#owner.turn.nowMs + this.#owner.bounds.clientIdleTimeoutMs;
    this.#consumeHeld();
  }

  pauseBody(): void {
    if (this.#isBodyPaused) return;
    this.#isBodyPaused = true;
    this.#deadlineMs = Infinity;
    this.#socket.pause();
  }

  resumeBody(): void {
    if (!this.#isBodyPaused) return;
    this.#isBodyPaused = false;
    if (this.#reading === 'body') {
      this.#deadlineMs = this.#owner.turn.nowMs + this.#owner.bounds.clientIdleTimeoutMs;
    }
    this.#consumeHeld();
    if (this.#held === null) this.#socket.resume();
  }

  sendInterim(text: string): void {
    this.#outbox.text(text);
  }

  /** @param isChunked whether the body that follows is to be framed in chunks. */
  sendHead(text: string, isChunked: boolean): void {
    this.#answer = 'begun';
    this.#isAnswerChunked = isChunked;
    this.#outbox.text(text);
  }

  /** @param text a part of the body, a character for each byte. */
  sendText(text: string): void {
    if (this.#isAnswerChunked) this.#outbox.text(`${text.length.toString(16)}\r\n${text}\r\n`);
    else this.#outbox.text(text);
  }

  /** @param bytes a part of the body, in memory that is used again after the call. */
  sendBytes(bytes: Buffer): void {
    if (this.#isAnswerChunked) this.#outbox.text(`${bytes.length.toString(16)}\r\n`);
    this.#outbox.copy(bytes);
    if (this.#isAnswerChunked) this.#outbox.text('\r\n');
  }

  /** Ends an answer whose usage was recorded in this turn. @param trailers lines of fields, each with its end */
  sendEnd(trailers: string): void {
    this.#outbox.bind();
    if (this.#isAnswerChunked) this.#outbox.text(`0\r\n${trailers}\r\n`);
    this.#finish();
  }

  /** Sends an answer that is whole. */
  sendAnswer(text: string): void {
    this.#answer = 'begun';
    this.#outbox.text(text);
    this.#finish();
  }

  /** Sends the head that switches protocols; what comes from now on goes to the listener as it is. */
  startTunnel(text: string): void {
    this.#answer = 'begun';
    this.#keepsAlive = false;
    this.#isAnswerChunked = false;
    this.#outbox.text(text);
    this.#reading = 'tunnel';
    this.touchTunnel();
    this.#consumeHeld();
  }

  /** Something moved in the tunnel. */
  touchTunnel(): void {
    this.#deadlineMs = this.#owner.turn.nowMs + this.#owner.bounds.tunnelIdleTimeoutMs;
  }

  /** Ends the tunnel behind what was sent. */
  endTunnel(): void {
    this.#finish();
  }

  pauseTunnel(): void {
    this.#socket.pause();
  }

  resumeTunnel(): void {
    this.#socket.resume();
  }

  /** Breaks the connection off, so that no client takes what it has for the whole. */
  abort(): void {
    this.#reading = 'ended';
    this.#keepsAlive = false;
    this.listener = null;
    this.#outbox.abort(!this.#isAnswerBounded);
  }

  /** Closes the connection whatever it carries. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Closes the connection when it carries nothing. */
  closeIfIdle(): void {
    if (this.isIdle) this.#close();
  }

  sweep(nowMs: number): void {
    const elapsedMs = nowMs - this.#sweptMs;
    this.#sweptMs = nowMs;
    if (nowMs >= this.#deadlineMs) {
      this.#onDeadline();
      return;
    }
    if (this.isWaitingForBody) {
      const { bodyRateGraceMs, bodyBytesPerSecondMin } = this.#owner.bounds;
      this.#bodyWaitMs += elapsedMs;
      const isSlow = this.#bodyBytes < (this.#bodyWaitMs / 1000) * bodyBytesPerSecondMin;
      if (this.#bodyWaitMs > bodyRateGraceMs && isSlow) {
        this.#onBodyFault('request_timeout');
        return;
      }
    }
    const unwrittenBytes = this.#socket.writableLength;
    if (unwrittenBytes === 0 || unwrittenBytes !== this.#unwrittenBytes) {
      this.#unwrittenBytes = unwrittenBytes;
      this.#unwrittenSinceMs = nowMs;
    } else if (nowMs - this.#unwrittenSinceMs > this.#owner.bounds.clientIdleTimeoutMs) {
      resetConnection(this.#socket);
      return;
    }
    this.listener?.onSweep(nowMs);
  }

  onWritable(): void {
    if (this.listener !== null) this.listener.onClientWritable();
    else if (this.#reading === 'head') this.#consumeHeld();
  }

  onUnwritten(): void {
    this.#socket.destroy();
  }

  /** A part of a chunked body. */
  onChunk(chunk: Buffer): void {
    if (this.#answer === 'ended') this.#unreadBytes += chunk.length;
    else this.listener?.onBody(chunk);
  }

  readonly #onBytes = (size: number): true => {
    if (this.#held === null) this.#consume(buffer, size);
    else this.#hold(buffer, 0, size);
    return true;
  };

  /** Takes what stands before `end`. A part of its own for each read would cost as much as reading a short head. */
  #consume(bytes: Buffer, end: number): void {
    this.#isConsuming = true;
    let at = 0;
    while (at < end) {
      if (this.#reading === 'head') {
        // Answers to requests that were sent ahead pile up when nobody reads them.
        if (this.#outbox.isFull) at = this.#hold(bytes, at, end);
        else at = this.#readHead(bytes, at, end);
      } else if (this.#reading === 'body') {
        at = this.#isBodyOpen ? this.#readBody(bytes, at, end) : this.#hold(bytes, at, end);
      } else if (this.#reading === 'held') {
        at = this.#hold(bytes, at, end);
      } else {
        if (this.#reading === 'tunnel') {
          this.touchTunnel();
          this.listener?.onTunnelBytes(bytes.subarray(at, end));
        } else this.#dropUnread(end - at);
        at = end;
      }
    }
    this.#isConsuming = false;
  }

  #hold(bytes: Buffer, at: number, end: number): number {
    const rest = bytes.subarray(at, end);
    this.#held =
      this.#held === null ? Buffer.copyBytesFrom(rest) : Buffer.concat([this.#held, rest]);
    if (this.#held.length >= heldBytesMax) this.#socket.pause();
    return end;
  }

  #consumeHeld(): void {
    const held = this.#held;
    if (held === null || this.#isConsuming) return;
    this.#held = null;
    this.#consume(held, held.length);
    if (this.#held === null && !this.#isBodyPaused) this.#socket.resume();
    if (this.#held === null && this.#hasClientEnded) this.#onEnd();
  }

  #readHead(bytes: Buffer, at: number, bytesEnd: number): number {
    const before = this.#partial;
    const room = requestHeadBytesMax + headEnd.length - before.length;
    const fresh = bytes.toString('latin1', at, Math.min(bytesEnd, at + room));
    const text = before === '' ? fresh : before + fresh;
    // Some clients send an empty line behind a body; one is passed over (RFC 9112 §2.2).
    const start = text.startsWith('\r\n') ? 2 : 0;
    const end = text.indexOf(headEnd, Math.max(start, before.length - 3));
    if (end === -1 || end + headEnd.length - start > requestHeadBytesMax) {
      if (text.length > requestHeadBytesMax) {
        const isLine = text.indexOf('\r\n', start) === -1;
        this.#refuse(isLine ? 'uri_too_long' : 'headers_too_large');
      } else if (hasStrayBytes(text, before.length)) {
        this.#refuse('bad_request');
      } else {
        if (before === '') {
          this.#deadlineMs = this.#owner.turn.nowMs + this.#owner.bounds.requestHeadTimeoutMs;
        }
        this.#partial = text;
      }
      return bytesEnd;
    }
    this.#partial = '';
    const whole = end + headEnd.length;
    const isAll = start === 0 && whole === text.length;
    const head = parseRequestHead(
      isAll ? text : text.slice(start, whole),
      before === '' ? bytesFrom(bytes, at + start) : undefined,
    );
    if (typeof head === 'string') {
      this.#refuse(head);
      return bytesEnd;
    }
    this.#begin(head);
    return at + whole - before.length;
  }

  #begin(head: RequestHead): void {
    this.#head = head;
    this.#answer = 'none';
    this.#isAnswerChunked = false;
    this.#keepsAlive = head.keepsAlive;
    this.#isAnswerBounded = true;
    this.#deadlineMs = Infinity;
    if (head.hasBody) {
      this.#reading = 'body';
      this.#decoder = head.isChunked ? new ChunkedDecoder() : null;
      this.#bodyRest = head.contentLength ?? 0;
      this.#isBodyOpen = false;
      this.#bodyBytes = 0;
      this.#bodyWaitMs = 0;
      this.#unreadBytes = 0;
    } else this.#reading = 'held';
    this.#owner.onRequest(this, head);
  }

  #readBody(bytes: Buffer, at: number, end: number): number {
    const decoder = this.#decoder;
    let next: number;
    if (decoder === null) {
      next = Math.min(end, at + this.#bodyRest);
      this.#bodyRest -= next - at;
      this.onChunk(bytes.subarray(at, next));
    } else {
      next = decoder.decode(bytes.subarray(0, end), at, this);
    }
    // While the part was handed on, the request may have come to its end.
    if (this.#reading !== 'body') return end;
    if (next === -1) {
      this.#onBodyFault('bad_request');
      return end;
    }
    this.#bodyBytes += next - at;
    if (decoder === null ? this.#bodyRest === 0 : decoder.isDone) {
      this.#onBodyEnd(decoder?.trailers ?? null);
    } else if (this.#unreadBytes > unreadBytesMax) {
      this.#close();
    } else if (!this.#isBodyPaused && this.#answer !== 'ended') {
      this.#deadlineMs = this.#owner.turn.nowMs + this.#owner.bounds.clientIdleTimeoutMs;
    }
    return next;
  }

  #onBodyEnd(trailers: Fields | null): void {
    this.#reading = 'held';
    this.#deadlineMs = Infinity;
    this.#decoder = null;
    if (this.#answer === 'ended') this.#next();
    else this.listener?.onBodyEnd(trailers);
  }

  #onBodyFault(code: RefusalCode): void {
    this.#keepsAlive = false;
    this.#reading = 'ended';
    if (this.#answer === 'none') this.listener?.onBodyFault(code);
    else if (this.#answer === 'begun') this.abort();
    else this.#close();
  }

  /** Refuses what never becomes a request. */
  #refuse(code: RefusalCode): void {
    this.#keepsAlive = false;
    this.#reading = 'ended';
    this.#answer = 'begun';
    this.#outbox.text(
      refusalText(new Refusal(code), {
        requestId: newRequestId(Date.now()),
        ours: '',
        isLast: true,
        isForHead: false,
      }),
    );
    this.#finish();
  }

  /** The answer is on its way as a whole; what is left of the request is dropped. */
  #finish(): void {
    this.#answer = 'ended';
    this.listener = null;
    if (this.#reading !== 'body') this.#next();
    else if (!this.#keepsAlive) this.#close();
    else {
      this.#isBodyOpen = true;
      this.#deadlineMs = this.#owner.turn.nowMs + unreadWaitMs;
      if (this.#isBodyPaused) this.resumeBody();
      this.#deadlineMs = this.#owner.turn.nowMs + unreadWaitMs;
      this.#consumeHeld();
    }
  }

  #next(): void {
    if (!this.#keepsAlive || (this.#hasClientEnded && this.#held === null)) {
      this.#close();
      return;
    }
    this.#head = null;
    this.#reading = 'head';
    if (this.#isBodyPaused) {
      this.#isBodyPaused = false;
      this.#socket.resume();
    }
    this.#deadlineMs = this.#owner.turn.nowMs + this.#owner.bounds.keepAliveTimeoutMs;
    this.#consumeHeld();
  }

  /**
   * Ends our side behind what was written, and drops what the client still sends for a while: closing with unread bytes
   * would reset the connection, and the client could lose the answer.
   */
  #close(): void {
    this.#reading = 'ended';
    this.#held = null;
    this.#partial = '';
    this.#deadlineMs = this.#owner.turn.nowMs + lingerMs;
    this.#outbox.end();
    this.#socket.resume();
  }

  #dropUnread(bytes: number): void {
    this.#unreadBytes += bytes;
    if (this.#unreadBytes > unreadBytesMax && this.#answer === 'ended') this.#socket.destroy();
  }

  #onDeadline(): void {
    if (this.#reading === 'head') {
      if (this.#partial === '') this.#close();
      else this.#refuse('request_timeout');
    } else if (this.#reading === 'body') {
      if (this.#answer === 'ended') this.#close();
      else this.#onBodyFault('request_timeout');
    } else if (this.#reading === 'ended' && this.#answer === 'ended') {
      if (this.#socket.writableLength === 0) this.#socket.destroy();
      else this.#deadlineMs = this.#sweptMs + lingerMs;
    } else if (this.#reading === 'tunnel') {
      this.#socket.destroy();
    }
  }

  readonly #onEnd = (): void => {
    this.#hasClientEnded = true;
    // Requests that came before the end are still answered.
    if (this.#held !== null) return;
    if (this.#reading === 'head') this.#close();
    else if (this.#reading === 'body') this.#socket.destroy();
    else if (this.#reading === 'tunnel') this.listener?.onTunnelEnd();
    else if (this.#answer !== 'ended' && this.#halfClosed === null) {
      this.#keepsAlive = false;
      this.#awaitAnswer();
    }
  };

  /** Looks again and again: who has left is noticed only by writing, and an answer may fall silent at any point. */
  #awaitAnswer(): void {
    const { bytesWritten } = this.#socket;
    this.#halfClosed = setTimeout(() => {
      if (this.#socket.bytesWritten === bytesWritten) this.#socket.destroy();
      else this.#awaitAnswer();
    }, halfClosedMs);
  }

  readonly #onClose = (): void => {
    this.#reading = 'ended';
    this.#deadlineMs = Infinity;
    if (this.#halfClosed !== null) clearTimeout(this.#halfClosed);
    const { listener } = this;
    this.listener = null;
    this.#owner.onClosed(this);
    listener?.onClientGone();
  };
}
