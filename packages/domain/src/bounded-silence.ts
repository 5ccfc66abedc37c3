import { Client, type Pool } from 'pg';

class DatabaseSilent extends Error {
  readonly code = 'ETIMEDOUT';
}

/**
 * Gives up connections on which the database, asked, says nothing: their statement fails as when it is away, and the
 * pool makes new ones. `pg`'s own timeouts end the statement and keep the connection, which then waits for ever.
 *
 * @param silenceMaxMs longer than any statement may take.
 */
export function boundSilence(pool: Pool, silenceMaxMs: number): void {
  pool.on('connect', (client) => {
    if (!(client instanceof Client)) return;
    const { stream } = client.connection;
    stream.on('timeout', () => {
      stream.destroy(new DatabaseSilent(`the database said nothing for ${silenceMaxMs} ms`));
    });
  });
  pool.on('acquire', (client) => bound(client, silenceMaxMs));
  pool.on('release', (_error, client) => bound(client, 0));
}

function bound(client: unknown, timeoutMs: number): void {
  if (!(client instanceof Client)) return;
  const { stream } = client.connection;
  if ('setTimeout' in stream && typeof stream.setTimeout === 'function')
    stream.setTimeout(timeoutMs);
}
