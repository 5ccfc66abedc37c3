import { client } from './trpc.ts';

/** Saves a file of the control plane, once the session that it takes is known to be good. */
export async function download(path: string): Promise<void> {
  await client.auth.me.query();
  const link = document.createElement('a');
  link.href = path;
  link.download = '';
  link.click();
}
