import { expect } from 'vitest';
import { openShell } from '../../../apps/cli/src/testing/shell.ts';
import type { Block } from '../read-document.ts';
import type { ShellSession } from '../shell-session.ts';
import { readWords, splitCommands } from '../shell-words.ts';
import { effectOf, makeSubject } from './effects.ts';
import { operationsOf, splitOperations, type Operation } from './operation.ts';
import type { Stage } from './stage.ts';

/** Where the blocks of a document are run. */
export interface Terminal {
  open: () => ShellSession;
  /** The environment of its commands. */
  env: Record<string, string>;
}

const assignments = /^(?:[A-Z_]+=\S*\s*(?:#.*)?(?:\n|$))+$/;
const subjectPlaceholder = /<id>|uuid-123/g;

/** The variables that a block sets, where it does nothing else. */
export function readAssignments({ text }: Block): Record<string, string> {
  if (!assignments.test(text)) return {};
  return Object.fromEntries(
    [...text.matchAll(/^([A-Z_]+)=(\S*)/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** Runs the commands of a shell block one after the other, and checks what each has done. */
export async function runCommands(stage: Stage, terminal: Terminal, block: Block): Promise<void> {
  await using session = terminal.open();
  for (const command of splitCommands(block.text)) {
    const wordsOf = (text: string): string[] => readWords(text).flat();
    const operations = operationsOf(wordsOf(command));
    const filled = await fill(stage, command, operations, block.text, null);
    const isCurl = wordsOf(command)[0] === 'curl';
    const output = isAskedAbout(filled)
      ? await answerQuestion(terminal, filled)
      : await runInSession(stage, session, filled);
    const words = wordsOf(filled);
    const file = words.includes('>') ? words.at(-1) : undefined;
    const text = file === undefined ? output : stage.readFile(file);
    const data: unknown = isCurl && text.trim() !== '' ? JSON.parse(text) : undefined;
    for (const operation of operationsOf(words)) {
      const answer = { text, data: operation.alias === null ? data : fieldOf(data, operation) };
      await effectOf(operation).check(stage, operation, answer);
    }
  }
}

/**
 * Sends the operations of a GraphQL block one after the other, and checks what each has done.
 *
 * @returns the last answer
 */
export async function runGraphql(stage: Stage, block: string): Promise<unknown> {
  let last: unknown;
  // A later operation of a block is about the user that an earlier one has made.
  let made: string | null = null;
  for (const { text, operations } of splitOperations(block)) {
    const query = await fill(stage, text, operations, block, made);
    const response = await fetch(`${stage.apiUrl}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(isForStrangers(operations) ? {} : { authorization: `Bearer ${stage.adminToken}` }),
      },
      body: JSON.stringify({ query }),
    });
    last = await response.json();
    expect(last, query).toEqual({ data: expect.anything() });
    for (const operation of splitOperations(query).flatMap((sent) => sent.operations)) {
      const data = fieldOf(last, operation);
      await effectOf(operation).check(stage, operation, { text: JSON.stringify(last), data });
      if (operation.name === 'auth register') made = Object(data).user.id;
    }
  }
  return last;
}

/** Whether an answer is what a document shows: ids and tokens are others, the rest is the same. */
export function expectShape(answer: unknown, shown: unknown): void {
  if (typeof shown === 'object' && shown !== null) {
    expect(Object.keys(Object(answer))).toEqual(Object.keys(shown));
    for (const [name, value] of Object.entries(shown)) expectShape(Object(answer)[name], value);
  } else if (shown === 'uuid-123') {
    expect(answer).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  } else if (typeof shown === 'string' && shown.startsWith('eyJ')) {
    expect(answer).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
  } else {
    expect(answer).toEqual(shown);
  }
}

/** Whether the last user who was made for a command is sent upstream with the headers that a document shows. */
export async function expectHeadersUpstream(stage: Stage, shown: string): Promise<void> {
  const headers = [...shown.matchAll(/^([\w-]+): (.+)$/gm)].map(([, name = '', value]) => [
    name.toLowerCase(),
    value,
  ]);
  expect(headers).not.toEqual([]);
  const { headersUpstream } = await stage.call([...stage.keys.values()].at(-1) ?? '');
  expect(headersUpstream).toMatchObject(Object.fromEntries(headers));
}

/** Puts what exists here in the place of a document's placeholders. */
async function fill(
  stage: Stage,
  text: string,
  operations: readonly Operation[],
  block: string,
  made: string | null,
): Promise<string> {
  const [first] = operations;
  if (first === undefined) throw new Error(`Nothing is known of what this does:\n${text}`);
  for (const operation of operations) await effectOf(operation).prepare?.(stage, operation, block);
  const subject =
    text.search(subjectPlaceholder) < 0 ? null : (made ?? (await makeSubject(stage, first)));
  const plan = await stage.api.plans.get('pro');
  let filled = text
    .replaceAll(subjectPlaceholder, subject ?? '')
    .replaceAll(/plan-id-here|new-plan-id|(?<=plan_id=)xxx/g, plan.id)
    .replaceAll(/http:\/\/localhost:(?:3000|8080)/g, stage.apiUrl)
    .replaceAll(/(?<=Bearer )eyJ[\w.]+/g, stage.adminToken);
  if (filled.includes('refreshToken: "..."')) {
    filled = filled.replace('"..."', JSON.stringify(await stage.newRefreshToken()));
  }
  return filled;
}

async function runInSession(stage: Stage, session: ShellSession, command: string): Promise<string> {
  const credentials = command.includes('Authorization:')
    ? ''
    : `header = "Authorization: Bearer ${stage.adminToken}"\n`;
  stage.writeFile('.curlrc', `silent\nshow-error\nfail-with-body\n${credentials}`);
  const { isGood, output } = await session.run(command);
  expect(isGood, `${command}\n${output}`).toBe(true);
  return output;
}

/** Whether a command asks before it does what cannot be undone. */
function isAskedAbout(command: string): boolean {
  return /^apigate \S+ delete /.test(command) && !command.includes('--yes');
}

async function answerQuestion({ env }: Terminal, command: string): Promise<string> {
  await using shell = await openShell(env);
  const outcome = await shell.converse(command, 'leaves it as it is:', 'delete');
  expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
  return outcome.stdout;
}

function isForStrangers(operations: readonly Operation[]): boolean {
  return operations.every(({ name }) => name.startsWith('auth '));
}

function fieldOf(answer: unknown, { alias }: Operation): unknown {
  return alias === null ? undefined : Object(answer).data?.[alias];
}
