const volatile: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID'],
  [/\bak_[0-9A-Za-z]{38}\b/g, 'KEY'],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?/g, 'TIME'],
  [/\b1[6-9]\d{8}\b/g, 'SECONDS'],
  [/\b([tw])=\d+/g, '$1=SECONDS'],
  [/(@apigate\.local )[\w-]{16}$/g, '$1PASSWORD'],
];

/**
 * Whether a program printed what a document shows: the same lines one after the other, except that ids, keys,
 * passwords and times may differ, that `…` in a line stands for anything, and a line of `…` for any lines.
 */
export function printed(output: string, shown: string): boolean {
  const lines = steadyLines(output);
  const stretches = steadyLines(shown).join('\n').split(/^…$/m).map(steadyLines);
  let from = 0;
  return stretches.every((stretch) => {
    const patterns = stretch.map(patternOf);
    for (let at = from; at + patterns.length <= lines.length; at += 1) {
      if (!patterns.every((pattern, index) => pattern.test(lines[at + index] ?? ''))) continue;
      from = at + patterns.length;
      return true;
    }
    return false;
  });
}

function steadyLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .map((line) => volatile.reduce((steady, [form, name]) => steady.replaceAll(form, name), line));
}

function patternOf(line: string): RegExp {
  return new RegExp(
    `^${line
      .split('…')
      .map((text) => RegExp.escape(text))
      .join('.*')}$`,
  );
}
