import { snakeCaseName } from '@apigate/contract';
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
  { user, by, table = 'users', sort, filter, outcome }: AnalyticsSearch,
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
      values: { user, since: stretch.from, until: stretch.to, outcome, filter },
    },
  } as const satisfies Record<NonNullable<AnalyticsSearch['table']>, Call>;
  return samplesOf([
    {
      noun: 'analytics',
      verb: 'timeseries',
      path: 'timeseries',
      values: { user, ...stretch, bucket: range.bucket, groupBy: by },
    },
    tables[table],
  ]);
}

interface Call {
  noun: string;
  verb: string;
  /** Below `/admin/analytics/`; null for `/admin/usage/events`. */
  path: string | null;
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
  const flags = Object.entries(values).map(([name, value]) => [
    snakeCaseName(name).replaceAll('_', '-'),
    value,
  ]);
  return commandText(`apigate ${noun} ${verb}`, Object.fromEntries(flags));
}

function curlOf({ path, values }: Call): string {
  const query = new URLSearchParams(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[snakeCaseName(name), value]],
    ),
  );
  const address = `${location.origin}/admin/${path === null ? 'usage/events' : `analytics/${path}`}`;
  const asked = query.size === 0 ? address : `${address}?${query.toString()}`;
  return `curl -H "Authorization: Bearer $TOKEN" ${shellQuoted(asked)}`;
}

function sdkCallOf({ noun, verb, values }: Call): string {
  const parts = Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [
      ['from', 'to', 'since', 'until'].includes(name)
        ? `${name}: new Date(${JSON.stringify(value)})`
        : `${name}: ${JSON.stringify(value)}`,
    ];
  });
  const input = parts.length === 0 ? '' : `{ ${parts.join(', ')} }`;
  return `const ${verb} = await apigate.${noun}.${verb}(${input});`;
}
