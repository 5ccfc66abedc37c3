import type { GatewayLogger } from '@apigate/domain/gateway';
import { createLogger as createAnyLogger, type Logger } from '@apigate/operations';

export type { Logger };

/** The one logger of the control plane: JSON lines on standard output, each with a fixed event name. */
export function createLogger(
  level: string,
  destination?: Parameters<typeof createAnyLogger>[2],
): Logger {
  return createAnyLogger('api', level, destination);
}

/** The same logger in the form that the gateway writes to. */
export function gatewayLogger(log: Logger): GatewayLogger {
  const at = (level: 'info' | 'warn' | 'error') => (values: object, event: string) =>
    log[level]({ event, ...values });
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
