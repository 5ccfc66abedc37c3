function tableOf(accepts: (code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (accepts(code) ? 1 : 0));
}

const tokenForm = /^[!#$%&'*+.^_`|~0-9A-Za-z-]$/;

/** By byte: 1 for what the name of a field may hold (RFC 9110 §5.6.2). */
export const isTokenByte = tableOf((code) => tokenForm.test(String.fromCharCode(code)));

/**
 * By byte: 1 for what the name of a method may hold here. Methods are case-sensitive, and some servers take `get` for
 * GET all the same.
 */
export const isMethodByte = tableOf((code) => /^[A-Z_-]$/.test(String.fromCharCode(code)));

/** By byte: 1 for what the value of a field may hold: visible ASCII, space, tab, and bytes above ASCII (§5.5). */
export const isFieldByte = tableOf((code) => code === 0x09 || (code >= 0x20 && code !== 0x7f));

/** By byte: 1 for visible ASCII. */
export const isVisibleByte = tableOf((code) => code > 0x20 && code < 0x7f);

export const cr = 0x0d;
export const lf = 0x0a;
export const space = 0x20;
export const tab = 0x09;
export const colon = 0x3a;
export const semicolon = 0x3b;
export const zero = 0x30;
export const dash = 0x2d;
export const underscore = 0x5f;
