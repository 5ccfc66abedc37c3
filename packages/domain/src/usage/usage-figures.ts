import { usageOutcomes, type UsageFigures, type UsageOutcome } from '@apigate/contract';
import { histogramSums, percentileMs } from './latency-histogram.ts';

/** SQL that adds up rows of a rollup to one {@link FigureRow}. */
export const figureColumns = `coalesce(sum(requests), 0)::float8 as requests, coalesce(sum(units), 0)::float8 as units,
  coalesce(sum(bytes_in), 0)::float8 as "bytesIn", coalesce(sum(bytes_out), 0)::float8 as "bytesOut",
  ${usageOutcomes
    .map(
      (outcome) =>
        `coalesce(sum(requests) filter (where outcome = '${outcome}'), 0)::float8 as "${outcome}"`,
    )
    .join(', ')},
  array_to_string(${histogramSums(` filter (where outcome <> 'refused')`)}, ',') as histogram`;

/** Figures as SQL gives them. */
export type FigureRow = Record<
  'requests' | 'units' | 'bytesIn' | 'bytesOut' | UsageOutcome,
  number
> & {
  /** Numbers with commas between them; empty where there were only refusals. */
  histogram: string;
};

/** `part` of `whole` in percent, one decimal; null of nothing. */
export function percentOf(part: number, whole: number | null): number | null {
  return whole === null || whole === 0 ? null : Math.round((part * 1000) / whole) / 10;
}

/** What rows come to together, without others that were added up in them. */
export function sumOfRows(
  rows: readonly FigureRow[],
  without: readonly FigureRow[] = [],
): FigureRow {
  const sum = (of: (row: FigureRow) => number) =>
    rows.reduce((total, row) => total + of(row), 0) -
    without.reduce((total, row) => total + of(row), 0);
  const histograms = new Map([...rows, ...without].map((row) => [row, numbersOf(row.histogram)]));
  const buckets = Math.max(0, ...[...histograms.values()].map(({ length }) => length));
  return {
    requests: sum(({ requests }) => requests),
    units: sum(({ units }) => units),
    bytesIn: sum(({ bytesIn }) => bytesIn),
    bytesOut: sum(({ bytesOut }) => bytesOut),
    '2xx': sum((row) => row['2xx']),
    '3xx': sum((row) => row['3xx']),
    '4xx': sum((row) => row['4xx']),
    '5xx': sum((row) => row['5xx']),
    refused: sum(({ refused }) => refused),
    histogram: Array.from({ length: buckets }, (_, bucket) =>
      sum((row) => histograms.get(row)?.[bucket] ?? 0),
    ).join(','),
  };
}

function numbersOf(histogram: string): number[] {
  return histogram === '' ? [] : histogram.split(',').map(Number);
}

/** @param row left out where there was nothing to add up. */
export function figuresOf(row: FigureRow | undefined): UsageFigures {
  const countOf = (outcome: UsageOutcome) => row?.[outcome] ?? 0;
  const outcomes = {
    '2xx': countOf('2xx'),
    '3xx': countOf('3xx'),
    '4xx': countOf('4xx'),
    '5xx': countOf('5xx'),
    refused: countOf('refused'),
  };
  const requests = row?.requests ?? 0;
  const errors = outcomes['4xx'] + outcomes['5xx'] + outcomes.refused;
  const histogram = numbersOf(row?.histogram ?? '');
  return {
    requests,
    units: row?.units ?? 0,
    errors,
    errorPercent: percentOf(errors, requests),
    outcomes,
    bytesIn: row?.bytesIn ?? 0,
    bytesOut: row?.bytesOut ?? 0,
    latencyMs: {
      p50: percentileMs(histogram, 0.5),
      p95: percentileMs(histogram, 0.95),
      p99: percentileMs(histogram, 0.99),
    },
  };
}
