import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { refusalStatus } from '../../packages/contract/src/refusals.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const documents = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: root })].sort();
const configs = ['apps/api', 'apps/cli', 'apps/proxy', 'packages/local'].map(
  (folder) => `${folder}/src/config.ts`,
);

/** The cells of a document's table rows that begin with a name or number in code. */
function rows(file: string, first: RegExp): string[][] {
  return read(file)
    .split('\n')
    .filter((line) => first.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

const variable = /^\| `[A-Z_]+` /;
const schemaLine = /^ {2}([A-Z][A-Z_]+):([\s\S]*?)(?=^ {2}(?:[A-Z]|\/\*\*)|^\}\))/gm;

/** The variables of our environment schemas with their defaults, as far as those are plain values. */
function variablesInSchemas(): { name: string; fallback: string | undefined }[] {
  return configs.flatMap((file) =>
    [...read(file).matchAll(schemaLine)].map(([, name = '', schema = '']) => ({
      name,
      fallback: /\.default\((?:'([^']+)'|(\d+))\)/
        .exec(schema)
        ?.slice(1)
        .find((text) => text !== undefined),
    })),
  );
}

test('docs/configuration.md names every variable that is read, and no other', () => {
  const named = rows('docs/configuration.md', variable).map(([name = '']) => name);
  // What npm start makes by itself is read under these names too.
  const secrets = [...read('packages/local/src/local-secrets.ts').matchAll(/^ {2}([A-Z_]+): z/gm)];
  const existing = [
    ...variablesInSchemas().map(({ name }) => name),
    ...secrets.map(([, name = '']) => name),
  ];
  expect(new Set(named)).toEqual(new Set(existing));
});

test('docs/configuration.md tells the defaults that hold', () => {
  const told = new Map(
    rows('docs/configuration.md', variable).map(([name = '', fallback]) => [name, fallback]),
  );
  const secondsIn = (text: string): string => (text === '1h' ? '3600' : text);
  const wrong = variablesInSchemas().filter(
    ({ name, fallback }) =>
      fallback !== undefined &&
      path.normalize(secondsIn(told.get(name) ?? '')) !== path.normalize(fallback),
  );
  expect(wrong).toEqual([]);
});

test('docs/how-the-proxy-decides.md lists every refusal with its status', () => {
  const told = rows('docs/how-the-proxy-decides.md', /^\| \d{3} /).map(([status, code]) => [
    code,
    Number(status),
  ]);
  expect(Object.fromEntries(told)).toEqual(refusalStatus);
  expect(told).toHaveLength(Object.keys(refusalStatus).length);
});

test.each(documents)('%s links to files that exist', (file) => {
  const links = [...read(file).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target = '']) => target);
  const broken = links.filter(
    (target) =>
      !/^https?:/.test(target) && !existsSync(path.join(root, path.dirname(file), target)),
  );
  expect(broken).toEqual([]);
});

test('README.md tells what each folder imports of ours', () => {
  const told = rows('README.md', /^\| `(?:apps|packages)\//).map(
    ([folder = '', , imports = '']) => [
      folder,
      imports
        .replace(/^nothing$|(?:,? and )?types of .*/g, '')
        .split(', ')
        .filter(Boolean)
        .sort(),
    ],
  );
  const declared = globSync('{apps,packages}/*/package.json', { cwd: root }).map((file) => {
    const { dependencies = {} }: { dependencies?: object } = JSON.parse(read(file));
    const ours = Object.keys(dependencies).filter((name) => name.startsWith('@apigate/'));
    return [path.dirname(file), ours.map((name) => name.slice('@apigate/'.length)).sort()];
  });
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(declared));
});
