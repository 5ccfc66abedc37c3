import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkText } from '../../lib/sdk-text.ts';
import { commandText, shellQuoted } from '../../lib/shell-text.ts';
import type { AnalyticsSearch } from './analytics-search.ts';
import { monthOf, type TimeRange } from './time-range.ts';

type Values = Readonly<Record<string, string | undefined>>;

/** The numbers of a stretch, beside those before. */
export function overviewInCode(range: TimeRange): readonly [CodeSample, ...CodeSample[]] {
  return samplesOf([
    { noun: 'analytics', verb: 'overview', path: 'overview', values: stretchOf(range) },
  ]);
}

/** What the analytics page shows: its charts, and the table below them. */
export function analyticsInCode(
  range: TimeRange,
  { user, table = 'users', sort, filter, refused }: AnalyticsSearch,
): readonly [CodeSample, ...CodeSample[]] {
  const stretch = { from: range.from.toISOString(), to: range.to.toISOString() };
  const month = monthOf(range);
  const tables = {
    users: { noun: 'analytics', verb: 'users', path: 'users', values: { sort, filter, month } },
    routes: { noun: 'analytics', verb: 'routes', path: 'routes', values: { user, ...stretch } },
    keys: { noun: 'analytics', verb: 'keys', path: 'keys', values: { user, month } },
    requests: {
      noun: 'usage',
      verb: 'events',
      path: null,
      values: { user, since: stretch.from, until: stretch.to, refused: refused && '' },
    },
  } as const satisfies Record<NonNullable<AnalyticsSearch['table']>, Call>;
  return samplesOf([
    {
      noun: 'analytics',
      verb: 'timeseries',
      path: 'timeseries',
      values: { user, ...stretch, bucket: range.bucket },
    },
    tables[table],
  ]);
}

interface Call {
  noun: string;
  verb: string;
  /** Below `/admin/analytics/`; null for `/admin/usage/events`. */
  path: string | null;
  /** A flag without a value is the empty string. */
  values: Values;
}

function stretchOf(range: TimeRange): Values {
  return range.name === 'month'
    ? {}
    : { from: range.from.toISOString(), to: range.to.toISOString() };
}

function samplesOf(calls: readonly Call[]): readonly [CodeSample, ...CodeSample[]] {
  return [
    { name: 'CLI', code: calls.map(commandOf).join('\n') },
    { name: 'curl', code: calls.map(curlOf).join('\n') },
    { name: 'SDK', code: sdkText(...calls.map(sdkCallOf)) },
  ];
}

function commandOf({ noun, verb, values }: Call): string {
  const flags = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
  const switches = Object.entries(values).flatMap(([name, value]) =>
    value === '' ? [` --${name}`] : [],
  );
  return commandText(`apigate ${noun} ${verb}`, flags) + switches.join('');
}

function curlOf({ path, values }: Call): string {
  const query = new URLSearchParams(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value === '' ? 'true' : value]],
    ),
  );
  const address = `${location.origin}/admin/${path === null ? 'usage/events' : `analytics/${path}`}`;
  const asked = query.size === 0 ? address : `${address}?${query.toString()}`;
  return `curl -H "Authorization: Bearer $TOKEN" ${shellQuoted(asked)}`;
}

function sdkCallOf({ noun, verb, values }: Call): string {
  const parts = Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (value === '') return [`${name}: true`];
    return [
      ['from', 'to', 'since', 'until'].includes(name)
        ? `${name}: new Date(${JSON.stringify(value)})`
        : `${name}: ${JSON.stringify(value)}`,
    ];
  });
  const input = parts.length === 0 ? '' : `{ ${parts.join(', ')} }`;
  return `const ${verb} = await apigate.${noun}.${verb}(${input});`;
}
