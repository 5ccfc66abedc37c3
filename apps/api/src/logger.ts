import { pino, type Logger } from 'pino';

export type { Logger };

/** The one logger of the control plane: JSON lines on standard output, each with a fixed event name. */
export function createLogger(level: string): Logger {
  return pino({ name: 'apigate-api', level, base: { name: 'apigate-api' } });
}
