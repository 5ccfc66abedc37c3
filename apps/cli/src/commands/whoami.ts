import type { Command } from 'commander';
import { callerName } from '../caller-name.ts';
import { readConfig } from '../config.ts';
import { connect } from '../connection.ts';
import { addGlobalOptions, globalOptions } from '../global-options.ts';
import { createOutput } from '../output.ts';
import { helpOfExamples } from '../verb.ts';

/** `apigate whoami` */
export function addWhoami(program: Command): void {
  const command = program.command('whoami').description('Show who is signed in');
  addGlobalOptions(command);
  command.addHelpText(
    'after',
    helpOfExamples([
      'apigate whoami',
      'apigate whoami --url https://apigate.example.com --token sk_…',
    ]),
  );
  command.action(async () => {
    const options = globalOptions(command);
    const api = await connect(options, readConfig());
    const caller = await api.auth.me();
    createOutput(options).done(callerName(caller), caller);
  });
}
