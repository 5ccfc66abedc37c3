import { ApigateError } from '@apigate/sdk';
import type { Command } from 'commander';
import { createClient } from '../client.ts';
import { readConfig } from '../config.ts';
import { readLogin, removeLogin } from '../credentials.ts';
import { addGlobalOptions, globalOptions } from '../global-options.ts';
import { createOutput } from '../output.ts';
import { helpOfExamples } from '../verb.ts';

/** `apigate logout` */
export function addLogout(program: Command): void {
  const command = program.command('logout').description('End the remembered sign-in');
  addGlobalOptions(command);
  command.addHelpText('after', helpOfExamples(['apigate logout']));
  command.action(async () => {
    const output = createOutput(globalOptions(command));
    const { configDir } = readConfig();
    const login = await readLogin(configDir);
    if (login === undefined) return output.done('Nobody is signed in.', { url: null });
    const { url, refreshToken } = login;
    await removeLogin(configDir);
    try {
      if (refreshToken !== null) await createClient({ url }).auth.signOut({ refreshToken });
    } catch (error) {
      if (!(error instanceof ApigateError)) throw error;
      output.remark(`The server did not hear of it: ${error.message}`);
    }
    output.done(`Signed out of ${url}.`, { url });
  });
}
