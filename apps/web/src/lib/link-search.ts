export interface LinkSearch {
  /** The secret of a link in a mail; left out where a mail program cut the link short. */
  token?: string;
}

export function readLinkSearch(search: Record<string, unknown>): LinkSearch {
  // The router reads a token of digits alone as a number.
  const token = typeof search['token'] === 'number' ? String(search['token']) : search['token'];
  return typeof token === 'string' && token !== '' ? { token } : {};
}
