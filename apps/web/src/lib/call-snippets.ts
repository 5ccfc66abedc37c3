import { shellQuoted } from './shell-text.ts';

/** A first call through the proxy, ready to paste. */
export function callSnippet(proxyUrl: string, secret: string): string {
  return `curl ${shellQuoted(`${proxyUrl}/echo/hello`)} \\\n  -H ${shellQuoted(`X-API-Key: ${secret}`)}`;
}
