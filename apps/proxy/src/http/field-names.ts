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
]);

/** What is known of the name of a field, however it was spelt. */
export class FieldName {
  readonly lower: string;
  /** One of {@link kinds}. */
  readonly kind: number;
  /** A request's field of this name does not reach the upstream, or is said anew to it. */
  readonly staysHere: boolean;
  /** An answer's field of this name does not reach the client, or is said anew to it. */
  readonly staysThere: boolean;
  /** Tells limits, which for a known key is ours. */
  readonly isLimit: boolean;
  readonly mayTrail: boolean;

  constructor(name: string) {
    const lower = name.toLowerCase();
    const isHopByHop = hopByHop.has(lower);
    this.lower = lower;
    this.kind = kindByName.get(lower) ?? kinds.other;
    this.staysHere = isHopByHop || lower === 'host' || isReserved(lower);
    this.staysThere = isHopByHop || lower === 'x-request-id';
    this.isLimit = limits.test(lower);
    this.mayTrail = !isHopByHop && !neverTrailing.has(lower) && !isReserved(lower) && !this.isLimit;
  }
}

const spellingsMax = 2_000;
const spellings = new Map<string, FieldName>();

/** Looks a name up by its spelling, which was checked to be a token. */
export function fieldNameOf(spelling: string): FieldName {
  const known = spellings.get(spelling);
  if (known !== undefined) return known;
  const name = new FieldName(spelling);
  // A part of a string keeps the whole of it in memory, and this one stays; so it is copied.
  if (spellings.size < spellingsMax) {
    spellings.set(Buffer.from(spelling, 'latin1').toString('latin1'), name);
  }
  return name;
}

/** The fields of one message, in their order. */
export class Fields {
  readonly names: FieldName[] = [];
  /** Names as they were spelt. */
  readonly spellings: string[] = [];
  readonly values: string[] = [];

  get size(): number {
    return this.names.length;
  }

  add(spelling: string, value: string): void {
    this.names.push(fieldNameOf(spelling));
    this.spellings.push(spelling);
    this.values.push(value);
  }

  /** The value of the first field of this name. */
  valueOf(lowerCaseName: string): string | undefined {
    return this.values[this.names.findIndex(({ lower }) => lower === lowerCaseName)];
  }
}
