const shown = '[secret]';

/** Names under which secrets stand: fields of bodies, parameters of addresses. */
const names = '[\\w-]*(?:password|passwd|secret|token|authorization|cookie|api_?-?key)[\\w-]*';
/** Headers that hold secrets, as they stand in lists of names and values. */
const headers = '(?:proxy-)?authorization|(?:set-)?cookie|x-api-key';
/** The rest of a string of JSON up to the quote that it began with, which may itself be escaped. */
const untilQuote = '(?:(?!\\2)(?:\\\\.|[^\\\\\\n]))+';

/**
 * What a secret looks like, wherever it stands, and what becomes of it. None touches a quote, so that a line of JSON
 * stays one.
 */
const shapes: readonly (readonly [RegExp, string])[] = [
  // bcrypt, whole or cut short; before others, which would take the middle out of it.
  [/\$2[abxy]\$\d\d\$[./A-Za-z0-9]*/g, shown],
  // API keys and service keys, whatever their prefix is set to, whole or cut short; those of others, too.
  [/(?<![\w-])[a-z][a-z0-9]{0,15}(?:_[a-z0-9]{1,15}){0,2}_[0-9A-Za-z]{20,}/g, shown],
  // JSON web tokens.
  [/(?<![\w-])eyJ[\w-]{4,}\.[\w-]+(?:\.[\w-]*)?/g, shown],
  // Credentials of an Authorization header.
  [/\b((?:Bearer|Basic)\s+)[^\s"'\\,;]{4,}/gi, `$1${shown}`],
  // Credentials in an address.
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/"'\\@]+@/gi, `$1${shown}@`],
  // 256 random bits, or a digest of as many, in base64url: links, device and refresh tokens.
  [/(?<![\w-])[\w-]{43}(?:\.[\w-]{22})?(?![\w-])/g, shown],
  // Our cookies.
  [/((?<![\w-])(?:__Host-)?apigate_\w+=)[^;\s"'\\]+/g, `$1${shown}`],
  [new RegExp(`((?<![\\w-])${names}=)[^&;\\s"'\\\\]+`, 'gi'), `$1${shown}`],
  [new RegExp(`((?<![\\w-])${names}(\\\\*")\\s*:\\s*\\2)${untilQuote}`, 'gi'), `$1${shown}`],
  [new RegExp(`((?<![\\w-])(?:${headers})(\\\\*")\\s*,\\s*\\2)${untilQuote}`, 'gi'), `$1${shown}`],
];

/** Replaces whatever looks like a secret, or stands under the name of one. */
export function withoutSecrets(text: string): string {
  return shapes.reduce((clean, [shape, replacement]) => clean.replace(shape, replacement), text);
}
