import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Copies what a build may see of a folder: all that its .dockerignore does not keep out. */
export function copyContext(root: string, target: string): void {
  const patterns = readFileSync(path.join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  cpSync(root, target, {
    recursive: true,
    filter: (source) => source === root || !isIgnored(path.relative(root, source), patterns),
  });
}

/** The last pattern that matches a file, or a folder that it is in, decides. */
export function isIgnored(file: string, patterns: readonly string[]): boolean {
  const parts = file.split(path.sep);
  const ways = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  let ignored = false;
  for (const pattern of patterns) {
    const isException = pattern.startsWith('!');
    const glob = isException ? pattern.slice(1) : pattern;
    const form = formOf(glob);
    if (ways.some((way) => form.test(way))) ignored = !isException;
  }
  return ignored;
}

/** Unlike a shell's, these globs also match names that begin with a dot. */
function formOf(glob: string): RegExp {
  const parts = glob.split('/').map((part) =>
    part
      .split('*')
      .map((text) => RegExp.escape(text))
      .join('[^/]*'),
  );
  return new RegExp(`^${parts.join('/').replaceAll('[^/]*[^/]*/', '(?:.*/)?')}$`);
}
