import type { Socket } from 'node:net';
import type { RefusalCode } from '@apigate/contract';
import { isAllowedAddress, type AddressRules } from '@apigate/domain/gateway';
import { guardedConnect } from '../guarded-connector.ts';
import type { AnswerHead } from './answer-head.ts';
import { ChunkedDecoder, type ChunkSink } from './chunked-decoder.ts';
import type { Fields } from './field-names.ts';
import { Outbox, type OutboxOwner } from './outbox.ts';
import { answerHeadBytesMax, bytesFrom, hasStrayBytes, parseAnswerHead } from './parse-head.ts';
import type { Turn } from './turn.ts';

const readBytes = 64 * 1024;
/**
 * What is read is copied or turned into text before the next read, so one buffer does for all connections of a thread.
 * TLS may hand on bytes in the midst of another connection's, and Windows reads before it calls: those have their own.
 */
const sharedBuffer = process.platform === 'win32' ? null : Buffer.allocUnsafeSlow(readBytes);
const headEnd = '\r\n\r\n';
const interimMax = 16;
/** An upstream that names no time for idle connections often closes them after 5 s. */
const idleMs = 4_000;
const idleMsMax = 60_000;
const keepAliveTimeout = /(?:^|[\s,])timeout=(\d{1,6})(?:[\s,]|$)/i;

/** Why there is no answer, or not all of it. */
export class UpstreamError extends Error {
  readonly code: RefusalCode;

  constructor(
    message: string,
    { code = 'upstream_unreachable', cause }: { code?: RefusalCode; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'UpstreamError';
    this.code = code;
  }
}

/** Takes the answer to the request that is in progress on a connection. */
export interface AnswerListener {
  /** Whether it is the client that is waited for, and not the upstream. */
  readonly isWaitingForClient: boolean;
  onInterim: (head: AnswerHead) => void;
  onAnswer: (head: AnswerHead) => void;
  /** The upstream has switched protocols; what comes now is not HTTP. */
  onUpgrade: (head: AnswerHead) => void;
  /** A part of the body, a character for each byte. */
  onAnswerText: (text: string) => void;
  /** A part of the body, in memory that is used again after the call. */
  onAnswerBytes: (bytes: Buffer) => void;
  onAnswerEnd: (trailers: Fields | null) => void;
  onUpstreamWritable: () => void;
  /** @param isRetrySafe whether the upstream closed an idle connection just when it was used again. */
  onUpstreamFailure: (error: Error, isRetrySafe: boolean) => void;
}

/** What a connection needs of its pool. Times in milliseconds. */
export interface UpstreamConnectionOwner {
  readonly turn: Turn;
  readonly origin: URL;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Where the upstream may be, now. */
  readonly addressRules: AddressRules;
  onConnected: (connection: UpstreamConnection) => void;
  onReusable: (connection: UpstreamConnection) => void;
  /** @param error why it never got connected; null when it was. */
  onClosed: (connection: UpstreamConnection, error: Error | null) => void;
}

/** A connection to an upstream: one request at a time, and never another one behind anything unexpected. */
export class UpstreamConnection implements OutboxOwner, ChunkSink {
  readonly #owner: UpstreamConnectionOwner;
  readonly #buffer: Buffer;
  readonly #socket: Socket;
  readonly #outbox: Outbox;
  #listener: AnswerListener | null = null;
  #reading: 'nothing' | 'head' | 'sized' | 'chunked' | 'until_close' | 'tunnel' | 'closed' =
    'nothing';
  #isConnected = false;
  #error: Error | null = null;
  #partial = '';
  #rest = 0;
  #decoder: ChunkedDecoder | null = null;
  #isForHead = false;
  #wantsUpgrade = false;
  #isBodyChunked = false;
  #isRequestSent = false;
  #isReused = false;
  #hasBytes = false;
  #keepsAlive = false;
  #interims = 0;
  #isPaused = false;
  #idleMs = idleMs;
  /** Since when it is waited for what it does now. */
  #sinceMs: number;

  constructor(owner: UpstreamConnectionOwner) {
    this.#owner = owner;
    this.#sinceMs = owner.turn.nowMs;
    const isTls = owner.origin.protocol === 'https:';
    this.#buffer = (isTls ? null : sharedBuffer) ?? Buffer.allocUnsafeSlow(readBytes);
    const onread = {
      buffer: this.#buffer,
      callback: (size: number) => {
        this.#onBytes(size);
        return true;
      },
    };
    this.#socket = guardedConnect(owner.origin, { onread, rules: owner.addressRules });
    this.#outbox = new Outbox(this.#socket, owner.turn, this);
    this.#socket.on(isTls ? 'secureConnect' : 'connect', this.#onConnect);
    this.#socket.on('end', this.#onEnd);
    this.#socket.on('error', this.#onError);
    this.#socket.on('close', this.#onClose);
  }

  /** Whether the upstream takes less than it is sent. */
  get isFull(): boolean {
    return this.#outbox.isFull;
  }

  /** Whether it can carry another request. */
  get isUsable(): boolean {
    if (this.#reading === 'closed' || this.#socket.destroyed) return false;
    const { addressRules } = this.#owner;
    return (
      addressRules.allowPrivate || isAllowedAddress(this.#socket.remoteAddress ?? '', addressRules)
    );
  }

  /** Sends the head of a request that was admitted in this turn. */
  begin(
    listener: AnswerListener,
    text: string,
    {
      isForHead,
      wantsUpgrade,
      hasBody,
      isChunked,
    }: {
      isForHead: boolean;
      wantsUpgrade: boolean;
      hasBody: boolean;
      isChunked: boolean;
    },
  ): void {
    this.#listener = listener;
    this.#reading = 'head';
    this.#partial = '';
    this.#isForHead = isForHead;
    this.#wantsUpgrade = wantsUpgrade;
    this.#isBodyChunked = isChunked;
    this.#isRequestSent = !hasBody;
    this.#hasBytes = false;
    this.#interims = 0;
    this.#sinceMs = this.#owner.turn.nowMs;
    this.#outbox.bind();
    this.#outbox.text(text);
  }

  /** Sends a part of the body, or of the tunnel, in memory that is used again after the call. */
  send(bytes: Buffer): void {
    this.#sinceMs = this.#owner.turn.nowMs;
    if (this.#isBodyChunked) this.#outbox.text(`${bytes.length.toString(16)}\r\n`);
    this.#outbox.copy(bytes);
    if (this.#isBodyChunked) this.#outbox.text('\r\n');
  }

  /** @param trailers lines of fields, each with its end. */
  sendEnd(trailers: string): void {
    this.#sinceMs = this.#owner.turn.nowMs;
    if (this.#isBodyChunked) this.#outbox.text(`0\r\n${trailers}\r\n`);
    this.#isRequestSent = true;
  }

  /** Ends our side of a tunnel. */
  endTunnel(): void {
    this.#outbox.end();
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#sinceMs = this.#owner.turn.nowMs;
    this.#socket.resume();
  }

  /** Breaks off whatever it does; the listener hears no more. */
  destroy(): void {
    this.#listener = null;
    this.#reading = 'closed';
    this.#socket.destroy();
  }

  sweep(nowMs: number): void {
    const { connectTimeoutMs, responseTimeoutMs, idleTimeoutMs } = this.#owner;
    const waitedMs = nowMs - this.#sinceMs;
    if (!this.#isConnected) {
      if (waitedMs > connectTimeoutMs)
        this.#socket.destroy(new UpstreamError('no connection in time'));
    } else if (this.#listener === null) {
      if (waitedMs > this.#idleMs) this.destroy();
    } else if (this.#reading === 'tunnel' || this.#isPaused) {
      this.#sinceMs = nowMs;
    } else if (this.#reading === 'head') {
      if (!this.#listener.isWaitingForClient) {
        if (waitedMs > responseTimeoutMs)
          this.#fail(new UpstreamError('no answer in time', { code: 'upstream_timeout' }));
      } else this.#sinceMs = nowMs;
    } else if (waitedMs > idleTimeoutMs) {
      this.#fail(new UpstreamError('no more of the answer in time', { code: 'upstream_timeout' }));
    }
  }

  onUnwritten(): void {
    this.#fail(new UpstreamError('the request could not be metered', { code: 'overloaded' }));
  }

  onWritable(): void {
    this.#listener?.onUpstreamWritable();
  }

  /** A part of a chunked body. */
  onChunk(chunk: Buffer): void {
    this.#listener?.onAnswerBytes(chunk);
  }

  #onBytes(size: number): void {
    const bytes = this.#buffer;
    this.#sinceMs = this.#owner.turn.nowMs;
    this.#hasBytes = true;
    let at = 0;
    while (at < size) {
      switch (this.#reading) {
        case 'head':
          at = this.#readHead(bytes, at, size);
          break;
        case 'sized':
          at = this.#readSized(bytes, at, size);
          break;
        case 'chunked':
          at = this.#readChunked(bytes, at, size);
          break;
        case 'until_close':
        case 'tunnel':
          this.#listener?.onAnswerBytes(bytes.subarray(at, size));
          at = size;
          break;
        case 'nothing':
          // Nobody asked for these: they may be meant for whoever asks next.
          this.destroy();
          return;
        case 'closed':
          return;
      }
    }
  }

  #readHead(bytes: Buffer, from: number, bytesEnd: number): number {
    const before = this.#partial;
    const room = answerHeadBytesMax + headEnd.length - before.length;
    const fresh = bytes.toString('latin1', from, Math.min(bytesEnd, from + room));
    const text = before === '' ? fresh : before + fresh;
    const end = text.indexOf(headEnd, Math.max(0, before.length - 3));
    if (end === -1) {
      if (text.length > answerHeadBytesMax) this.#fail(new UpstreamError('the head is too large'));
      else if (hasStrayBytes(text, before.length))
        this.#fail(new UpstreamError('the head is malformed'));
      else this.#partial = text;
      return bytesEnd;
    }
    this.#partial = '';
    const whole = end + headEnd.length;
    const head =
      whole > answerHeadBytesMax
        ? null
        : parseAnswerHead(
            whole === text.length ? text : text.slice(0, whole),
            this.#isForHead,
            before === '' ? bytesFrom(bytes, from) : undefined,
          );
    if (head === null) {
      this.#fail(new UpstreamError('the head is malformed or too large'));
      return bytesEnd;
    }
    const at = from + whole - before.length;
    if (head.isInterim) {
      this.#onInterim(head);
      return at;
    }
    this.#keepsAlive = head.keepsAlive;
    if (head.keepAlive !== null) this.#readIdleTime(head.keepAlive);
    this.#rest = head.bodyBytes;
    this.#decoder = head.framing === 'chunked' ? new ChunkedDecoder() : null;
    this.#reading = head.framing === 'none' ? 'head' : head.framing;
    this.#listener?.onAnswer(head);
    if (head.framing === 'none') {
      this.#finish(null, at === bytesEnd);
      return bytesEnd;
    }
    // A short body that came with its head is text already.
    if (
      head.framing === 'sized' &&
      text.length - whole === head.bodyBytes &&
      at + head.bodyBytes === bytesEnd
    ) {
      this.#listener?.onAnswerText(text.slice(whole));
      this.#finish(null, true);
      return bytesEnd;
    }
    return at;
  }

  #onInterim(head: AnswerHead): void {
    this.#interims += 1;
    if (head.status === 101) {
      if (this.#wantsUpgrade && this.#listener !== null) {
        this.#reading = 'tunnel';
        this.#listener.onUpgrade(head);
      } else this.#fail(new UpstreamError('an upgrade that nobody asked for'));
    } else if (this.#interims > interimMax) {
      this.#fail(new UpstreamError('too many interim answers'));
    } else if (head.framing !== 'none' || !head.isHttp11) {
      this.#fail(new UpstreamError('the interim answer is malformed'));
    } else this.#listener?.onInterim(head);
  }

  #readSized(bytes: Buffer, from: number, bytesEnd: number): number {
    const end = Math.min(bytesEnd, from + this.#rest);
    this.#rest -= end - from;
    this.#listener?.onAnswerBytes(bytes.subarray(from, end));
    if (this.#rest > 0) return end;
    this.#finish(null, end === bytesEnd);
    return bytesEnd;
  }

  #readChunked(bytes: Buffer, from: number, bytesEnd: number): number {
    const decoder = this.#decoder;
    const end = decoder?.decode(bytes.subarray(0, bytesEnd), from, this) ?? -1;
    if (end === -1) this.#fail(new UpstreamError('the chunks are malformed'));
    else if (decoder?.isDone) this.#finish(decoder.trailers, end === bytesEnd);
    else return end;
    return bytesEnd;
  }

  /** @param isClean whether nothing came behind the answer. */
  #finish(trailers: Fields | null, isClean: boolean): void {
    const listener = this.#listener;
    this.#listener = null;
    if (this.#reading === 'closed') return;
    this.#decoder = null;
    const isReusable = isClean && this.#keepsAlive && this.#isRequestSent && !this.#outbox.isFull;
    if (isReusable) {
      this.#reading = 'nothing';
      this.#isReused = true;
      if (this.#isPaused) this.resume();
      this.#owner.onReusable(this);
    } else this.destroy();
    listener?.onAnswerEnd(trailers);
  }

  #readIdleTime(keepAlive: string): void {
    const seconds = Number(keepAliveTimeout.exec(keepAlive)?.[1] ?? idleMs / 1000 + 1);
    this.#idleMs = Math.min(idleMsMax, (seconds - 1) * 1000);
  }

  #fail(error: Error): void {
    const listener = this.#listener;
    const isRetrySafe = this.#isReused && !this.#hasBytes && !isSettled(error);
    this.destroy();
    listener?.onUpstreamFailure(error, isRetrySafe);
  }

  readonly #onConnect = (): void => {
    this.#isConnected = true;
    this.#sinceMs = this.#owner.turn.nowMs;
    this.#owner.onConnected(this);
  };

  readonly #onEnd = (): void => {
    if (
      this.#listener !== null &&
      (this.#reading === 'until_close' || this.#reading === 'tunnel')
    ) {
      this.#keepsAlive = false;
      this.#finish(null, true);
    } else this.#fail(new UpstreamError('the upstream closed the connection'));
  };

  readonly #onError = (error: Error): void => {
    this.#error ??= error;
  };

  readonly #onClose = (): void => {
    const error = this.#error ?? new UpstreamError('the connection was closed');
    this.#owner.onClosed(this, this.#isConnected ? null : error);
    this.#fail(error);
  };
}

/** Whether trying again cannot help. */
function isSettled(error: Error): boolean {
  return error instanceof UpstreamError && error.code !== 'upstream_unreachable';
}
