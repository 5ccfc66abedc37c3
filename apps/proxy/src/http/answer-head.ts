import { contentLengthOf } from './content-length.ts';
import { kinds, type Fields } from './field-names.ts';

/** How the end of an answer's body is known. */
export type AnswerFraming = 'none' | 'sized' | 'chunked' | 'until_close';

/** The head of an answer from an upstream. */
export class AnswerHead {
  readonly isHttp11: boolean;
  readonly status: number;
  /** As it goes to the client, with its end. */
  readonly statusLine: string;
  readonly fields: Fields;
  readonly framing: AnswerFraming;
  /** Whether its framing can be read in one way only (RFC 9112 §6.3). */
  readonly isWellFramed: boolean;
  /** Bytes of the body, where it is sized. */
  readonly bodyBytes: number;
  /** All of `Connection`. */
  connection: string | null = null;
  /** What `Keep-Alive` says; null when it is absent. */
  keepAlive: string | null = null;
  hasDate = false;
  webSocketAccept: string | null = null;
  upgrade: string | null = null;

  constructor(
    isHttp11: boolean,
    status: number,
    statusLine: string,
    fields: Fields,
    isForHead: boolean,
  ) {
    this.isHttp11 = isHttp11;
    this.status = status;
    this.statusLine = statusLine;
    this.fields = fields;
    let isWellFramed = true;
    let length = -1;
    let isChunked = false;
    for (let at = 0; at < fields.size; at += 1) {
      const kind = fields.names[at]?.kind ?? kinds.other;
      if (kind === kinds.other) continue;
      const value = fields.valueAt(at);
      switch (kind) {
        case kinds.contentLength:
          if (length !== -1) isWellFramed = false;
          length = contentLengthOf(value);
          if (length === -1) isWellFramed = false;
          break;
        case kinds.transferEncoding:
          if (isChunked || !isHttp11 || value.toLowerCase() !== 'chunked') isWellFramed = false;
          isChunked = true;
          break;
        case kinds.connection:
          this.connection = this.connection === null ? value : `${this.connection},${value}`;
          break;
        case kinds.keepAlive:
          this.keepAlive = value;
          break;
        case kinds.date:
          this.hasDate = true;
          break;
        case kinds.upgrade:
          this.upgrade = this.upgrade === null ? value : `${this.upgrade},${value}`;
          break;
        case kinds.webSocketAccept:
          // Two of them are none.
          this.webSocketAccept = this.webSocketAccept === null ? value : '';
          break;
        default:
      }
    }
    this.isWellFramed = isWellFramed && !(isChunked && length !== -1);
    const hasNoBody = isForHead || status < 200 || status === 204 || status === 304;
    if (hasNoBody || length === 0) this.framing = 'none';
    else if (isChunked) this.framing = 'chunked';
    else if (length === -1) this.framing = 'until_close';
    else this.framing = 'sized';
    this.bodyBytes = this.framing === 'sized' ? length : 0;
  }

  get isInterim(): boolean {
    return this.status < 200;
  }

  /** Whether the connection may carry another request, as far as the upstream says. */
  get keepsAlive(): boolean {
    if (this.framing === 'until_close') return false;
    if (this.connection === null) return this.isHttp11;
    if (this.connection === 'keep-alive') return true;
    const options = this.connection.toLowerCase();
    return this.isHttp11
      ? !/(?:^|,)\s*close\s*(?:,|$)/.test(options)
      : /^\s*keep-alive\s*$/.test(options);
  }
}
