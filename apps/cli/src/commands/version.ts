import type { Command } from 'commander';
import { addGlobalOptions, globalOptions } from '../global-options.ts';
import { createOutput } from '../output.ts';
import { helpOfExamples } from '../verb.ts';
import { version } from '../version.ts';

/** `apigate version` */
export function addVersion(program: Command): void {
  const command = program.command('version').description('Show the version of this command');
  addGlobalOptions(command);
  command.addHelpText('after', helpOfExamples(['apigate version']));
  command.action(() => {
    createOutput(globalOptions(command)).done(version, { version });
  });
}
