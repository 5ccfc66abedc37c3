import path from 'node:path';
import type { LocalConfig } from './config.ts';
import type { Quickstart } from './first-run.ts';

/** What the terminal shows when everything runs; the credentials are in it only when they were made just now. */
export function welcome(config: LocalConfig, made: Quickstart | null): string {
  const lines = [
    '',
    'apigate is running.',
    '',
    `  Console  ${config.apiUrl}/console`,
    `  Portal   ${config.apiUrl}/portal`,
    `  Proxy    ${config.proxyUrl}`,
  ];
  if (made !== null) {
    lines.push(
      '',
      `  Admin     ${made.adminEmail}  ${made.adminPassword}`,
      `  Customer  ${made.customerEmail}  ${made.customerPassword}`,
      '',
      '  Call the sample API through the proxy:',
      '',
      `    curl -i -H 'X-API-Key: ${made.customerKey}' ${made.proxyUrl}/echo/hello`,
      '',
      `  These credentials are shown once and kept in ${path.join(config.dataDir, 'quickstart.json')}.`,
    );
  }
  lines.push('', 'Stop with Ctrl-C.', '');
  return `${lines.join('\n')}\n`;
}
