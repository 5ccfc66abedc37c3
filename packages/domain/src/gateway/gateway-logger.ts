type LogEvent = (values: object, event: string) => void;

/** Where the gateway tells of what happens to it. The values of an event hold no secret. */
export interface GatewayLogger {
  info: LogEvent;
  warn: LogEvent;
  error: LogEvent;
}
