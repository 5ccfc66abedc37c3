import { createLogger as createAnyLogger, type Logger } from '@apigate/operations';

export type { Logger };

/** The one logger: JSON lines on stdout, each with a fixed event name. Secrets and queries are never handed to it. */
export function createLogger(
  level: string,
  destination?: Parameters<typeof createAnyLogger>[2],
): Logger {
  return createAnyLogger('proxy', level, destination);
}
