import { spawnSync } from 'node:child_process';

/** The commands of a shell script in order, each with all of its lines; comments between them are left out. */
export function splitCommands(script: string): string[] {
  const commands: string[] = [];
  let open: string[] = [];
  for (const line of script.split('\n')) {
    if (open.length === 0 && /^\s*(?:#.*)?$/.test(line)) continue;
    open.push(line);
    if (!isWhole(open.join('\n'))) continue;
    commands.push(open.join('\n'));
    open = [];
  }
  if (open.length > 0) commands.push(open.join('\n'));
  return commands;
}

/** Whether bash would run it, rather than wait for a further line. */
function isWhole(script: string): boolean {
  if (script.endsWith('\\')) return false;
  // bash takes `<id>` for two redirections, of which the second lacks its file.
  const { status, stderr } = spawnSync('bash', ['-n'], {
    input: script.replaceAll(/<\w+>/g, 'placeholder'),
    encoding: 'utf8',
  });
  return status === 0 && stderr === '';
}

/** Splits lines of a shell into their words, without quotes; what would be expanded stays as it is. */
export function readWords(text: string): string[][] {
  const lines: string[][] = [[]];
  let word: string | null = null;
  let quote = '';
  const endWord = (): void => {
    if (word !== null) lines.at(-1)?.push(word);
    word = null;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote === "'" ? character === "'" : quote !== '' && character === quote) {
      quote = '';
    } else if (character === '\\' && quote !== "'") {
      at += 1;
      if (text[at] !== '\n') word = (word ?? '') + text.charAt(at);
    } else if (quote === '' && (character === "'" || character === '"')) {
      quote = character;
      word ??= '';
    } else if (quote === '' && /\s/.test(character)) {
      endWord();
      if (character === '\n') lines.push([]);
    } else {
      word = (word ?? '') + character;
    }
  }
  endWord();
  return lines.filter((line) => line.length > 0);
}
