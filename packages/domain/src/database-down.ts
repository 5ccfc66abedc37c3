import { ConnectionException } from '@mikro-orm/core';

const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND']);

/** Whether an error says that the database cannot be reached, as against refusing what we sent. */
export function isDatabaseDown(error: unknown): boolean {
  if (error instanceof ConnectionException) return true;
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') {
    // 57P0x: the server shuts down or starts; 08xxx: the connection failed.
    return networkCodes.has(code) || code.startsWith('57P0') || code.startsWith('08');
  }
  return error.message.startsWith('Connection terminated') || isDatabaseDown(error.cause);
}
