import { Argument, type Command } from 'commander';
import { completionScript, type Shell, shells } from '../completion.ts';
import { addGlobalOptions, globalOptions } from '../global-options.ts';
import { createOutput } from '../output.ts';
import { helpOfExamples } from '../verb.ts';

/** `apigate completion` */
export function addCompletion(program: Command): void {
  const command = program
    .command('completion')
    .description('Print a script that makes your shell complete commands and options')
    .addArgument(new Argument('<shell>', 'which one').choices([...shells]))
    .addHelpText(
      'after',
      helpOfExamples([
        'source <(apigate completion bash)',
        'source <(apigate completion zsh)',
        'apigate completion fish > ~/.config/fish/completions/apigate.fish',
      ]),
    );
  addGlobalOptions(command);
  command.action((shell: Shell) => {
    const script = completionScript(program, shell);
    const output = createOutput(globalOptions(command));
    if (output.format === 'table') process.stdout.write(script);
    else output.done('', { shell, script });
  });
}
