import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { apiMetricDefinitions } from '../../apps/api/src/metric-definitions.ts';
import { operations } from '../../apps/api/src/rest/operations/index.ts';
import { createProgram } from '../../apps/cli/src/program.ts';
import { proxyMetricDefinitions } from '../../apps/proxy/src/metric-definitions.ts';
import { auditActions } from '../../packages/contract/src/audit.ts';
import { serviceScopes } from '../../packages/contract/src/auth.ts';
import { mailTemplates } from '../../packages/contract/src/mails.ts';
import { refusalStatus } from '../../packages/contract/src/refusals.ts';
import { settingDefinitions } from '../../packages/contract/src/settings.ts';
import { reachOf } from '../../packages/domain/src/access/authorize.ts';
import type { MetricDefinition } from '../../packages/operations/src/index.ts';
import { policy, type Action, type Reach } from '../../packages/domain/src/access/policy.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const documents = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: root })].sort();
const configs = [
  'packages/config/src/environment.ts',
  'packages/local/src/config.ts',
  'apps/cli/src/config.ts',
];

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
const schemaLine =
  /^ {2,4}([A-Z][A-Z_]+):(?! true)([\s\S]*?)(?=^ {2,4}(?:[A-Z]|\/\*\*)|^ {0,2}\}\))/gm;

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

test('docs/cli.md lists every noun and verb of the command', () => {
  const told = rows('docs/cli.md', /^\| `[a-z-]+` /).map(([noun, verbs = '']) => [
    noun,
    verbs.split(' ').toSorted(),
  ]);
  const existing = createProgram()
    .commands.filter(({ commands }) => commands.length > 0)
    .map((noun) => [noun.name(), noun.commands.map((verb) => verb.name()).toSorted()]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(existing));
});

test('docs/production.md tells every metric: what it is, its labels, and who tells it', () => {
  const told = rows('docs/production.md', /^\| `(?:apigate|process|nodejs)_\w+` /);
  const inProxy: Record<string, MetricDefinition> = proxyMetricDefinitions('1');
  const inApi: Record<string, MetricDefinition> = apiMetricDefinitions('1');
  const existing = Object.entries({ ...inProxy, ...inApi }).map(([name, definition]) => [
    name,
    definition.type,
    (definition.labels ?? []).map((label) => label.name).join(', '),
    name in inProxy && name in inApi ? 'both' : name in inProxy ? 'proxy' : 'api',
    definition.help,
  ]);
  expect(new Set(told.map(String))).toEqual(new Set(existing.map(String)));
  expect(told).toHaveLength(existing.length);
});

test('docs/settings.md tells every setting with its default, what it does and who may see it', () => {
  const told = rows('docs/settings.md', /^\| `[a-z_.0-9]+` /);
  const existing = Object.entries(settingDefinitions).map(([name, definition]) => [
    name,
    definition.default === '' ? 'empty' : String(definition.default),
    definition.description,
    definition.visibility,
  ]);
  expect(told).toEqual(existing);
});

describe('docs/roles.md', () => {
  const reachInWords = {
    none: 'no',
    own: 'own',
    customers: 'own, customers’',
    any: 'all',
  } as const satisfies Record<Reach, string>;

  test('tells how far each role may go with each action', () => {
    const told = rows('docs/roles.md', /^\| `[a-z_]+\.[a-z_]+` /);
    const isAction = (name: string): name is Action => name in policy;
    const existing = Object.keys(policy)
      .filter(isAction)
      .map((action) => {
        const { customer, moderator, admin, service } = policy[action];
        const holder = { kind: 'service', id: '', name: '', scopes: [service ?? 'admin'] } as const;
        const isForCustomers = reachOf(holder, action) === 'customers';
        return [
          action,
          ...[customer, moderator, admin].map((reach) => reachInWords[reach]),
          `${service ?? 'admin'}${isForCustomers ? ', customers’' : ''}`,
        ];
      });
    expect(told).toEqual(existing);
  });

  test('lists every scope of a service key, and says of which ones that they open nothing', () => {
    const told = rows('docs/roles.md', /^\| `(?:admin|[a-z]+:[a-z]+)` /);
    const scopesInUse = new Set<string | null>(Object.values(policy).map(({ service }) => service));
    expect(told.map(([scope]) => scope)).toEqual(serviceScopes);
    expect(told.filter(([, what]) => what === 'nothing yet').map(([scope]) => scope)).toEqual(
      serviceScopes.filter((scope) => scope !== 'admin' && !scopesInUse.has(scope)),
    );
  });
});

test('docs/audit.md lists every deed that is recorded', () => {
  const told = rows('docs/audit.md', /^\| `[a-z_]+` /).flatMap(([noun, deeds = '']) =>
    deeds.split(' ').map((deed) => `${noun}.${deed}`),
  );
  expect(told.toSorted()).toEqual(auditActions.toSorted());
});

test('docs/mail.md lists every template', () => {
  const told = rows('docs/mail.md', /^\| `[a-z_]+` /).map(([name]) => name);
  expect(told).toEqual(mailTemplates);
});

describe('docs/accounts.md', () => {
  test('lists every path under /auth with the status of its success', () => {
    const told = rows('docs/accounts.md', /^\| `(?:GET|POST) /).map(([path, status]) => [
      path,
      status,
    ]);
    expect(told).toEqual(
      operations
        .filter(({ path }) => path.startsWith('/auth/'))
        .map(({ method, path, status }) => [`${method} ${path}`, String(status)]),
    );
  });

  test('tells how long each link is good', () => {
    const minutesIn = { minutes: 1, hours: 60, days: 24 * 60 } as const;
    const told = rows('docs/accounts.md', /^\| `\w+` +\| \d+ (?:minutes|hours|days) /).map(
      ([link, span = '']) => {
        const [amount, unit] = span.split(' ');
        return [link, Number(amount) * minutesIn[unit as keyof typeof minutesIn]];
      },
    );
    const inLinks = read('packages/domain/src/auth/one-time-tokens.ts').matchAll(
      /^ {2}(\w+): ([\d *]+),$/gm,
    );
    const [, invite = ''] =
      /hoursGood = (\d+);/.exec(read('packages/domain/src/invites/create-invite.ts')) ?? [];
    const product = (text: string): number =>
      text.split('*').reduce((result, factor) => result * Number(factor), 1);
    const existing = [...inLinks].map(([, link = '', minutes = '']) => [link, product(minutes)]);
    expect(Object.fromEntries(told)).toEqual({
      ...Object.fromEntries(existing),
      invite: Number(invite) * 60,
    });
  });

  test('tells the figures that hold guessing back', () => {
    const source = read('packages/domain/src/auth/guess-guard.ts');
    const figure = (name: string): number =>
      Number(new RegExp(`^const ${name} = (\\d+);`, 'm').exec(source)?.[1]);
    const figures = rows('docs/accounts.md', /^\| (?:failures|longest|sign-ins) /).map(
      ([, value]) => value,
    );
    expect(figures).toEqual([
      `${figure('freeFailures')}`,
      `${figure('delayMaxSeconds') / 60} minutes`,
      `${figure('guessesPerHourMax')} in 60 minutes`,
    ]);
  });
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
