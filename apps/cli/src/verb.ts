import type { Apigate } from '@apigate/sdk';
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { readConfig } from './config.ts';
import { connect } from './connection.ts';
import { CommandError } from './failure.ts';
import { type Flag, type Flags, flagName, readInput, type TypedOptions } from './flags.ts';
import { addGlobalOptions, globalOptions } from './global-options.ts';
import { createOutput, type Output } from './output.ts';

/** What a verb works with: its input is valid by the contract. */
interface Call<Input> {
  api: Apigate;
  input: Input;
  output: Output;
  /** Whether `--yes` was given. */
  isAgreed: boolean;
}

/** One thing that can be done to a noun: `users update <user>`. */
export interface Verb<S extends z.ZodObject> {
  /** The name, and the positionals; each of these fills the field of the input that has its name. */
  usage: string;
  alias?: string;
  about: string;
  /** The contract's schema of the procedure's input. */
  input: S;
  flags?: Flags<S>;
  /** Asks first, unless `--yes` is given. */
  isDestructive?: boolean;
  examples: string[];
  run(call: Call<z.output<S>>): Promise<void>;
}

/** What may follow an option, where that is one of some words. */
export const wordsOfOption = new WeakMap<Option, readonly string[]>();

/** Adds a noun, under which verbs go. */
export function addNoun(program: Command, name: string, about: string): Command {
  return program.command(name).description(about).helpCommand(false);
}

/** Adds a verb to a noun: its flags, its help, and what reads them when it is called. */
export function addVerb<S extends z.ZodObject>(noun: Command, verb: Verb<S>): void {
  const flags: Flags<S> = verb.flags ?? {};
  const command = noun.command(verb.usage).description(verb.about);
  if (verb.alias !== undefined) command.alias(verb.alias);
  for (const [field, flag] of Object.entries<Flag | undefined>(flags)) {
    if (flag === undefined) continue;
    const required = isRequired(verb.input, field);
    const option = new Option(flag.usage, required ? `${flag.about} (required)` : flag.about);
    if (flag.words !== undefined) wordsOfOption.set(option, flag.words);
    command.addOption(option.makeOptionMandatory(required));
  }
  if (verb.isDestructive) command.option('--yes', 'do not ask');
  addGlobalOptions(command);
  command.addHelpText('after', helpOfExamples(verb.examples));
  command.action(async () => {
    const positionals = Object.fromEntries(
      command.registeredArguments.flatMap((argument, index) => {
        const value = command.args[index];
        return value === undefined ? [] : [[argument.name(), value]];
      }),
    );
    const input = readInput(verb.input, flags, command.opts<TypedOptions>(), positionals);
    const { yes } = command.opts<{ yes?: boolean }>();
    const options = globalOptions(command);
    await verb.run({
      api: await connect(options, readConfig()),
      input,
      output: createOutput(options),
      isAgreed: yes === true,
    });
  });
}

/** The examples, as help shows them. */
export function helpOfExamples(examples: string[]): string {
  return [
    '',
    examples.length === 1 ? 'Example:' : 'Examples:',
    ...examples.map((e) => `  ${e}`),
  ].join('\n');
}

/** @throws CommandError where an update would change nothing. */
export function requireChanges<T extends object>(changes: T, flags: Flags<z.ZodObject>): T {
  if (Object.keys(changes).length > 0) return changes;
  const names = Object.values(flags).flatMap((flag) => (flag ? [flagName(flag)] : []));
  throw new CommandError('usage', `nothing to change: give ${names.join(', ')}`);
}

function isRequired(schema: z.ZodObject, field: string): boolean {
  const fieldSchema = schema.shape[field];
  return fieldSchema !== undefined && !z.safeParse(fieldSchema, undefined).success;
}
