import { type Command, Option } from 'commander';
import type { z } from 'zod';
import { serverUrl, token } from './config.ts';
import type { ConnectionOptions } from './connection.ts';
import { CommandError } from './failure.ts';

/** What every command may be told. */
export interface GlobalOptions extends ConnectionOptions {
  json?: boolean;
  csv?: boolean;
}

const group = 'Everywhere:';

/**
 * Adds the options that go everywhere: before the noun and after the verb. Where a verb has a flag of that name itself
 * (`upstreams create --url`), only the place before the noun is left.
 */
export function addGlobalOptions(command: Command): void {
  const options = [
    new Option('--url <url>', 'address of the control plane (or APIGATE_URL)').argParser(
      reader('--url', serverUrl),
    ),
    new Option('--token <token>', 'service key or access token (or APIGATE_TOKEN)').argParser(
      reader('--token', token),
    ),
    new Option('--json', 'print JSON'),
    new Option('--csv', 'print CSV'),
  ];
  for (const option of options) {
    if (command.options.some(({ long }) => long === option.long)) continue;
    command.addOption(option.helpGroup(group));
  }
}

function reader(name: string, schema: z.ZodType<string>): (typed: string) => string {
  return (typed) => {
    const result = schema.safeParse(typed);
    if (result.success) return result.data;
    const faults = result.error.issues.map(({ message }) => `${name}: ${message}`);
    throw new CommandError('usage', ...faults);
  };
}

/**
 * The values of those options; one after the verb outweighs one before the noun.
 * @throws CommandError where two of them contradict each other.
 */
export function globalOptions(command: Command): GlobalOptions {
  const options = valuesOf(command);
  if (options.json && options.csv) throw new CommandError('usage', 'choose --json or --csv');
  return options;
}

function valuesOf(command: Command): GlobalOptions {
  const outer = command.parent === null ? {} : valuesOf(command.parent);
  const own = command.options
    .filter(({ helpGroupHeading }) => helpGroupHeading === group)
    .map((option) => [option.attributeName(), command.getOptionValue(option.attributeName())])
    .filter(([, value]) => value !== undefined);
  return { ...outer, ...Object.fromEntries(own) };
}
