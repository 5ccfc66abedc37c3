import path from 'node:path';
import type { LocalConfig } from './config.ts';
import type { Prepared } from './serve.ts';

/** What the terminal shows when everything runs; the credentials are in it only when they were made just now. */
export function welcome(config: LocalConfig, { made, setupToken }: Prepared): string {
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
  if (setupToken !== null) {
    lines.push(
      '',
      '  There is no admin yet. Make the first one here; the link is good once, for a week:',
      '',
      `    ${config.apiUrl}/setup?token=${setupToken}`,
    );
  }
  lines.push('', 'Stop with Ctrl-C.', '');
  return `${lines.join('\n')}\n`;
}
