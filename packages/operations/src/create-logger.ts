import { pino, type DestinationStream, type Logger } from 'pino';
import { withoutSecrets } from './without-secrets.ts';

export type { Logger };

/**
 * The logger of a program: JSON lines, each with a fixed event name, on standard output unless told otherwise. Whatever
 * is logged, secrets are taken out of the line before it leaves.
 */
export function createLogger(app: string, level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { app },
    messageKey: 'event',
    hooks: { streamWrite: withoutSecrets },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
