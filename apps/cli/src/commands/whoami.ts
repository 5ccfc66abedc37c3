import type { Command } from 'commander';
import { callerName } from '../caller-name.ts';
import { readConfig } from '../config.ts';
import { connect } from '../connection.ts';
import { addGlobalOptions, globalOptions } from '../global-options.ts';
import { createOutput } from '../output.ts';

/** `apigate whoami` */
export function addWhoami(program: Command): void {
  const command = program.command('whoami').description('Show who is signed in');
  addGlobalOptions(command);
  command.action(async () => {
    const options = globalOptions(command);
    const api = await connect(options, readConfig());
    const caller = await api.auth.me();
    createOutput(options).done(callerName(caller), caller);
  });
}
