/** The headers in which a key comes; null where there is none. */
export interface KeyHeaders {
  apiKey: string | null;
  authorization: string | null;
}

/** The key of a request, or why it has none that could be asked about. */
export type KeyFound =
  | { key: string }
  | { code: 'missing_api_key' | 'invalid_api_key'; detail: string };

/** Reads the key as the proxy does: from `X-API-Key`, or `Authorization` with `Bearer` or `Basic`. */
export function readKey({ apiKey, authorization }: KeyHeaders): KeyFound {
  const [, scheme = '', token = ''] =
    /^(bearer|basic)(?: +(.*))?$/i.exec(authorization ?? '') ?? [];
  const authorized = scheme.toLowerCase() === 'basic' ? decoded(token) : token;
  if (apiKey && authorized && apiKey !== authorized) {
    const detail = 'The request carries two different credentials. Send one.';
    return { code: 'invalid_api_key', detail };
  }
  return keyOf(apiKey || authorized);
}

/** What was read as the key, if it can be one. */
export function keyOf(text: string | null | undefined): KeyFound {
  if (!text) {
    const detail = 'Send your API key in the X-API-Key header, or as Authorization: Bearer.';
    return { code: 'missing_api_key', detail };
  }
  if (/^[\x21-\x7e]{1,512}$/.test(text)) return { key: text };
  const detail = 'This API key is not valid. Check that it was copied whole.';
  return { code: 'invalid_api_key', detail };
}

/** The key id and secret behind the base64 of `Basic`; something that is no key where it is none. */
function decoded(token: string): string {
  try {
    return atob(token);
  } catch {
    // What is told of it is told of every key that is none.
    return '\0';
  }
}
