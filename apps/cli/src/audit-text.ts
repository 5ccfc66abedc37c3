import { auditEvent as auditSchema } from '@apigate/contract';
import type { AuditEvent } from '@apigate/sdk';
import { csvHeader, csvRows } from './csv.ts';
import { second } from './format.ts';
import { snakeCase } from './snake-case.ts';

/** The forms in which the audit log can be had as a file. */
export const auditFormats = ['json', 'csv', 'log'] as const;
export type AuditFormat = (typeof auditFormats)[number];

/** An event as logs have it: `[2025-01-15 10:30:45] INFO [AuthService] User login: john@example.com`. */
export function logLine({ at, level, service, message }: AuditEvent): string {
  // One event is one line, and steers no terminal.
  const text = message.replaceAll(/\p{Cc}/gu, '\u{FFFD}');
  return `[${second(at)}] ${level} [${service}] ${text}\n`;
}

/** The text of a file with these events, part by part: log lines, CSV, or one JSON array. */
export async function* auditText(
  format: AuditFormat,
  events: AsyncIterable<AuditEvent>,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvHeader(auditSchema);
  let isFirst = true;
  for await (const event of events) {
    if (format === 'log') yield logLine(event);
    else if (format === 'csv') yield csvRows(auditSchema, [event]);
    else yield `${isFirst ? '[' : ','}\n${JSON.stringify(snakeCase(event))}`;
    isFirst = false;
  }
  if (format === 'json') yield isFirst ? '[]\n' : '\n]\n';
}
