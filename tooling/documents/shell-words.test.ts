import { expect, test } from 'vitest';
import { readWords, splitCommands } from './shell-words.ts';

test('splits a script into its commands, each with all of its lines', () => {
  const commands = [
    'apigate users get <id>',
    'curl -X PUT http://localhost \\\n  -d \'{\n  "a": 1\n}\'',
    'for NAME in a b; do\n  # each\n  echo $NAME\ndone',
    'cat > users.csv <<END\nemail,name\n\n# no comment\nEND',
  ];
  expect(splitCommands(`# A title\n${commands.join('\n\n# Another\n')}\n`)).toEqual(commands);
});

test('reads words as a shell does', () => {
  const lines = `curl -d '{"a": "it'\\''s"}' \\\n  "http://x y" > a.txt\necho '' "a > b" a\\ b`;
  expect(readWords(lines)).toEqual([
    ['curl', '-d', `{"a": "it's"}`, 'http://x y', '>', 'a.txt'],
    ['echo', '', 'a > b', 'a b'],
  ]);
});
