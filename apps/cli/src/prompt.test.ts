import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ask, askSecret } from './prompt.ts';

function terminal(...typed: string[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  for (const characters of typed) input.write(characters);
  return { input, output, shown: () => text(output.end()) };
}

test('a question gets the line that is typed', async () => {
  const { input, output, shown } = terminal('jane\r');
  expect(await ask('Who? ', input, output)).toBe('jane');
  expect(await shown()).toContain('Who? ');
});

test('a secret is not shown', async () => {
  const { input, output, shown } = terminal('correct horse\r');
  expect(await askSecret('Password: ', input, output)).toBe('correct horse');
  expect(await shown()).toBe('Password: \n');
});

test.for([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
] as const)('%s cancels', async ([, character]) => {
  const { input, output } = terminal(character);
  await expect(ask('Go on? ', input, output)).rejects.toThrow('cancelled, nothing was changed');
});
