import { ConnectionException } from '@mikro-orm/core';

const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND']);

/** What `pg` says, without a code, of a connection that was lost or never came about. */
const terminated = /^(?:Connection terminated|timeout exceeded when trying to connect)/;

/** Whether an error says that the database cannot be reached, as against refusing what we sent. */
export function isDatabaseDown(error: unknown): boolean {
  if (error instanceof ConnectionException) return true;
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') {
    // 57P0x: the server shuts down or starts; 08xxx: the connection failed.
    return networkCodes.has(code) || code.startsWith('57P0') || code.startsWith('08');
  }
  return terminated.test(error.message) || isDatabaseDown(error.cause);
}
