import { type Command, Option } from 'commander';
import { CommandError } from '../failure.ts';
import { helpOfExamples } from '../verb.ts';

/** `apigate serve` */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description('Run the gateway on this machine: database, control plane and proxy')
    .addOption(new Option('--only <part>', 'run one part alone').choices(['api', 'proxy']))
    .addHelpText('after', helpOfExamples(['apigate serve', 'apigate serve --only proxy']))
    .action(async (options: { only?: 'api' | 'proxy' }) => {
      // Loaded here because no other command needs a database.
      const { serve } = await import('@apigate/local');
      try {
        await serve(options);
      } catch (error) {
        // A plain Error holds sentences to act on; any other is a fault of ours and keeps its stack.
        if (!(error instanceof Error) || error.constructor !== Error) throw error;
        throw new CommandError('refused', ...error.message.split('\n'));
      }
    });
}
