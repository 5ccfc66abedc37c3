import { client } from './trpc.ts';

/** Has the browser keep what an address of ours gives. The session is renewed before, which a download cannot do. */
export async function startDownload(address: string): Promise<void> {
  await client.auth.me.query();
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}
