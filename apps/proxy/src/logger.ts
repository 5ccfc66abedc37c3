import { pino, type Logger } from 'pino';

export type { Logger };

/** The one logger: JSON lines on stdout, each with a fixed event name. Secrets and queries are never handed to it. */
export function createLogger(level: string): Logger {
  return pino({ level, base: { app: 'proxy' }, messageKey: 'event' });
}
