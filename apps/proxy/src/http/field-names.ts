import { inOnePiece } from '@apigate/domain/gateway';
import { cr, space, zero } from './characters.ts';

/**
 * Fields that belong to one connection and never cross (RFC 9110 §7.6.1, and the older names of RFC 2616 §13.5.1).
 * What `Connection` lists joins them.
 */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Whatever begins so is ours to say to the upstream, or would let a client pass for someone else there. */
const reserved =
  /^(?:x-(?:user|plan|key|apigate|forwarded)(?:-|$)|x-(?:real-ip|request-id|api-key)$|forwarded$)/;

/** Ours to say to the client, for a known key. */
const limits = /^(?:x-ratelimit-|x-quota-|ratelimit(?:-|$))/;

/** What a trailer must not say (RFC 9110 §6.5.1): framing, routing, credentials, and how to read the content. */
const neverTrailing = new Set([
  ...['content-length', 'content-encoding', 'content-type', 'content-range', 'host', 'date', 'age'],
  ...['authorization', 'cookie', 'set-cookie', 'www-authenticate', 'authentication-info'],
  ...['expect', 'max-forwards', 'range', 'cache-control', 'pragma', 'expires', 'vary', 'warning'],
  ...['location', 'retry-after', 'if-match', 'if-none-match', 'if-modified-since', 'if-range'],
  ...['if-unmodified-since', 'accept-encoding', 'origin', 'x-forwarded-for'],
]);

const notPlain = /[^a-z0-9-]/g;

function unescaped(name: string): string {
  return name
    .replaceAll(/%([0-9a-f]{2})/g, (_text, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .toLowerCase();
}

/** Whether a field of a request is for us or could pass for ours; some servers read `_` and the like as `-`, or an escape as what it stands for. */
export function isReserved(lowerCaseName: string): boolean {
  const first = lowerCaseName.charCodeAt(0);
  if (first !== 0x78 && first !== 0x66 && first !== 0x25) return false; // x, f, %
  const decoded = lowerCaseName.includes('%') ? unescaped(lowerCaseName) : lowerCaseName;
  return reserved.test(decoded.replaceAll(notPlain, '-'));
}

/** Names that the engine or a step looks for, as small numbers: they are compared for every field of every message. */
export const kinds = {
  other: 0,
  host: 1,
  connection: 2,
  transferEncoding: 3,
  contentLength: 4,
  expect: 5,
  te: 6,
  apiKey: 7,
  authorization: 8,
  forwardedFor: 9,
  forwardedProto: 10,
  forwardedHost: 11,
  userAgent: 12,
  upgrade: 13,
  webSocketKey: 14,
  webSocketAccept: 15,
  date: 16,
  keepAlive: 17,
  origin: 18,
} as const;

const kindByName = new Map<string, number>([
  ['host', kinds.host],
  ['connection', kinds.connection],
  ['transfer-encoding', kinds.transferEncoding],
  ['content-length', kinds.contentLength],
  ['expect', kinds.expect],
  ['te', kinds.te],
  ['x-api-key', kinds.apiKey],
  ['authorization', kinds.authorization],
  ['x-forwarded-for', kinds.forwardedFor],
  ['x-forwarded-proto', kinds.forwardedProto],
  ['x-forwarded-host', kinds.forwardedHost],
  ['user-agent', kinds.userAgent],
  ['upgrade', kinds.upgrade],
  ['sec-websocket-key', kinds.webSocketKey],
  ['sec-websocket-accept', kinds.webSocketAccept],
  ['date', kinds.date],
  ['keep-alive', kinds.keepAlive],
  ['origin', kinds.origin],
]);

/** What is known of the name of a field, however it was spelt. */
export class FieldName {
  readonly spelling: string;
  readonly lower: string;
  /** One of {@link kinds}. */
  readonly kind: number;
  /** A request's field of this name does not reach the upstream, or is said anew to it. */
  readonly staysHere: boolean;
  /** An answer's field of this name does not reach the client, or is said anew to it. */
  readonly staysThere: boolean;
  /** Tells pages of which origins may read the answer. */
  readonly isForPages: boolean;
  /** Tells limits, which for a known key is ours. */
  readonly isLimit: boolean;
  readonly mayTrail: boolean;

  constructor(spelling: string) {
    const lower = spelling.toLowerCase();
    const isHopByHop = hopByHop.has(lower);
    this.spelling = spelling;
    this.lower = lower;
    this.kind = kindByName.get(lower) ?? kinds.other;
    this.staysHere = isHopByHop || lower === 'host' || isReserved(lower);
    this.staysThere = isHopByHop || lower === 'x-request-id';
    this.isForPages = lower.startsWith('access-control-');
    this.isLimit = limits.test(lower);
    this.mayTrail = !isHopByHop && !neverTrailing.has(lower) && !isReserved(lower) && !this.isLimit;
  }
}

const spellingsMax = 2_000;
const spellings = new Map<string, FieldName>();
/** Names by the lowest bits of a hash of their spelling: what was looked up last is found without making a string. */
const recentMask = 1_023;
const recent: (FieldName | undefined)[] = Array.from({ length: recentMask + 1 });

/** Looks a name up by its spelling, which was checked to be a token. */
export function fieldNameOf(spelling: string): FieldName {
  const known = spellings.get(spelling);
  if (known !== undefined) return known;
  const name = new FieldName(inOnePiece(spelling));
  if (spellings.size < spellingsMax) spellings.set(name.spelling, name);
  return name;
}

/** Looks a name up by where it stands. @param hash of its spelling */
function fieldNameAt(text: string, start: number, end: number, hash: number): FieldName {
  const near = recent[hash & recentMask];
  if (near !== undefined && near.spelling.length === end - start) {
    if (text.startsWith(near.spelling, start)) return near;
  }
  const name = fieldNameOf(text.slice(start, end));
  recent[hash & recentMask] = name;
  return name;
}

/** Numbers that are kept of a field: where its line and its value begin, and where its value ends. */
const marksPerField = 3;

/** The fields of one message, in their order, as places in its text. */
export class Fields {
  readonly names: FieldName[] = [];
  readonly #text: string;
  readonly #marks: number[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  get size(): number {
    return this.names.length;
  }

  /** Names as they were spelt. */
  get spellings(): string[] {
    return this.names.map(({ spelling }) => spelling);
  }

  get values(): string[] {
    return this.names.map((_name, at) => this.valueAt(at));
  }

  /** Adds a field, of which every byte was checked. @param hash of the spelling of its name */
  add(start: number, nameEnd: number, hash: number, valueStart: number, valueEnd: number): void {
    this.names.push(fieldNameAt(this.#text, start, nameEnd, hash));
    this.#marks.push(start, valueStart, valueEnd);
  }

  valueAt(at: number): string {
    const mark = at * marksPerField;
    return this.#text.slice(this.#marks[mark + 1], this.#marks[mark + 2]);
  }

  /** The value of the first field of this name. */
  valueOf(lowerCaseName: string): string | undefined {
    const at = this.names.findIndex(({ lower }) => lower === lowerCaseName);
    return at === -1 ? undefined : this.valueAt(at);
  }

  /**
   * The lines of the fields that `crosses` accepts, each with its end. Lines that follow each other and stand as we would
   * write them are taken in one piece.
   */
  linesOf(crosses: (name: FieldName) => boolean): string {
    const { names } = this;
    let lines = '';
    let from = 0;
    let to = 0;
    for (let at = 0; at < names.length; at += 1) {
      const name = names[at];
      if (name === undefined || !crosses(name)) continue;
      const mark = at * marksPerField;
      const start = this.#marks[mark] ?? 0;
      const valueStart = this.#marks[mark + 1] ?? 0;
      const valueEnd = this.#marks[mark + 2] ?? 0;
      const isInPlace = start === to;
      if (!isInPlace) {
        if (to > from) lines += this.#text.slice(from, to);
        from = start;
        to = start;
      }
      if (this.#isAsWritten(name, start, valueStart, valueEnd)) to = valueEnd + 2;
      else {
        if (to > from) lines += this.#text.slice(from, to);
        from = 0;
        to = 0;
        lines += this.#lineAt(name, at);
      }
    }
    return to > from ? lines + this.#text.slice(from, to) : lines;
  }

  #isAsWritten(name: FieldName, start: number, valueStart: number, valueEnd: number): boolean {
    const text = this.#text;
    const colonAt = start + name.spelling.length;
    if (valueStart !== colonAt + 2 || text.charCodeAt(colonAt + 1) !== space) return false;
    if (text.charCodeAt(valueEnd) !== cr) return false;
    if (name.kind !== kinds.contentLength) return true;
    return valueEnd === valueStart + 1 || text.charCodeAt(valueStart) !== zero;
  }

  #lineAt({ kind, spelling }: FieldName, at: number): string {
    const value = this.valueAt(at);
    // In our own digits: theirs may have zeros in front, which not everybody reads alike.
    return `${spelling}: ${kind === kinds.contentLength ? Number(value) : value}\r\n`;
  }
}
