import { auditEvent as auditSchema, fileFormats, fileText } from '@apigate/contract';
import type { AuditEvent } from '@apigate/sdk';
import { second } from './format.ts';

/** The forms in which the audit log can be had as a file. */
export const auditFormats = [...fileFormats, 'log'] as const;
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
  if (format !== 'log') return yield* fileText(format, auditSchema, events);
  for await (const event of events) yield logLine(event);
}
