import { once } from 'node:events';
import { createServer } from 'node:net';
import { hasErrorCode } from './has-error-code.ts';

/** @throws Error that names each taken port and how to choose another */
export async function requireFreePorts(
  host: string,
  ports: readonly { name: string; port: number }[],
): Promise<void> {
  const taken: string[] = [];
  for (const { name, port } of ports) {
    if (!(await isFree(host, port))) {
      taken.push(
        `Port ${port} is taken. Set ${name} to a free one, for example: ${name}=${port + 100} npm start`,
      );
    }
  }
  if (taken.length > 0) throw new Error(taken.join('\n'));
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'EADDRINUSE')) return false;
    throw error;
  } finally {
    server.close();
  }
}
