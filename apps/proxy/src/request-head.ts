import { contentLengthOf } from './http/content-length.ts';
import { kinds, type Fields } from './http/field-names.ts';

/** A Base64 of 16 bytes (RFC 6455 §4.1). */
const webSocketKeyForm = /^[A-Za-z0-9+/]{22}==$/;
const upgradeOption = /(?:^|,)\s*upgrade\s*(?:,|$)/i;
const closeOption = /(?:^|,)\s*close\s*(?:,|$)/i;
const keepAliveOption = /(?:^|,)\s*keep-alive\s*(?:,|$)/i;

function joined(before: string | null, value: string): string {
  return before === null ? value : `${before}, ${value}`;
}

/** The head of a request, with what the decision and the forwarding need to know of it gathered in one pass. */
export class RequestHead {
  readonly method: string;
  readonly url: string;
  /** Otherwise it is HTTP/1.0. */
  readonly isHttp11: boolean;
  readonly fields: Fields;
  /** Whether the end of its body can be read in one way only (RFC 9112 §6.3). */
  readonly isWellFramed: boolean;
  readonly isChunked: boolean;
  /** Null when it names no length. */
  readonly contentLength: number | null;
  hostCount = 0;
  /** In lower case. */
  host = '';
  connection: string | null = null;
  expect: string | null = null;
  te: string | null = null;
  apiKey: string | null = null;
  authorization: string | null = null;
  /** A credential header came twice, with different values. */
  hasRivalCredentials = false;
  forwardedFor: string | null = null;
  forwardedProto: string | null = null;
  forwardedHost: string | null = null;
  userAgent: string | null = null;
  /** Of the page that sends it. */
  origin: string | null = null;
  upgrade: string | null = null;
  webSocketKey: string | null = null;

  constructor(method: string, url: string, isHttp11: boolean, fields: Fields) {
    this.method = method;
    this.url = url;
    this.isHttp11 = isHttp11;
    this.fields = fields;
    let isWellFramed = true;
    let isChunked = false;
    let contentLength: number | null = null;
    for (let at = 0; at < fields.size; at += 1) {
      const kind = fields.names[at]?.kind ?? kinds.other;
      if (kind === kinds.other) continue;
      const value = fields.valueAt(at);
      switch (kind) {
        case kinds.contentLength:
          if (contentLength !== null) isWellFramed = false;
          contentLength = contentLengthOf(value);
          if (contentLength === -1) isWellFramed = false;
          break;
        case kinds.transferEncoding:
          if (isChunked || !isHttp11 || value.toLowerCase() !== 'chunked') isWellFramed = false;
          isChunked = true;
          break;
        default:
          this.#gather(kind, value);
      }
    }
    this.isWellFramed = isWellFramed && !(isChunked && contentLength !== null);
    this.isChunked = isChunked;
    this.contentLength = contentLength;
  }

  /** Whether a body follows the head, which may turn out to be empty only if it is chunked. */
  get hasBody(): boolean {
    return this.isChunked || (this.contentLength !== null && this.contentLength > 0);
  }

  /** Whether the client waits for 100 Continue; HTTP/1.0 does not know it (RFC 9110 §10.1.1). */
  get expectsContinue(): boolean {
    return this.expect !== null && this.isHttp11;
  }

  /** Whether the client wants to send more requests on the connection. */
  get keepsAlive(): boolean {
    if (this.connection === null) return this.isHttp11;
    if (closeOption.test(this.connection)) return false;
    return this.isHttp11 || keepAliveOption.test(this.connection);
  }

  /** Whether it asks for a WebSocket, in the one form that RFC 6455 allows. */
  get wantsWebSocket(): boolean {
    return (
      this.upgrade !== null &&
      this.upgrade.toLowerCase() === 'websocket' &&
      this.method === 'GET' &&
      this.isHttp11 &&
      !this.hasBody &&
      this.connection !== null &&
      upgradeOption.test(this.connection) &&
      this.webSocketKey !== null &&
      webSocketKeyForm.test(this.webSocketKey)
    );
  }

  #gather(kind: number, value: string): void {
    switch (kind) {
      case kinds.host:
        this.hostCount += 1;
        this.host = value.toLowerCase();
        break;
      case kinds.connection:
        this.connection = joined(this.connection, value);
        break;
      case kinds.expect:
        this.expect = joined(this.expect, value);
        break;
      case kinds.te:
        this.te = joined(this.te, value);
        break;
      case kinds.apiKey:
        this.hasRivalCredentials ||= this.apiKey !== null && this.apiKey !== value;
        this.apiKey = value;
        break;
      case kinds.authorization:
        this.hasRivalCredentials ||= this.authorization !== null && this.authorization !== value;
        this.authorization = value;
        break;
      case kinds.forwardedFor:
        this.forwardedFor = joined(this.forwardedFor, value);
        break;
      case kinds.forwardedProto:
        this.forwardedProto = value;
        break;
      case kinds.forwardedHost:
        this.forwardedHost = value;
        break;
      case kinds.userAgent:
        this.userAgent = value;
        break;
      case kinds.origin:
        this.origin = joined(this.origin, value);
        break;
      case kinds.upgrade:
        this.upgrade = joined(this.upgrade, value);
        break;
      case kinds.webSocketKey:
        this.webSocketKey = joined(this.webSocketKey, value);
        break;
      default:
    }
  }
}
