import type { MetricSet, PlacedMetric } from './metric-set.ts';

/** Content type of the Prometheus text format. */
export const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

/** What a label's value is called; null leaves the series out. */
export type LabelText = (label: string, value: string) => string | null;

/** Writes metrics in the Prometheus text format, over all threads. */
export function renderMetrics(set: MetricSet, labelText: LabelText = (_, value) => value): string {
  return set.metrics.map((metric) => renderMetric(set, metric, labelText)).join('');
}

function renderMetric(set: MetricSet, metric: PlacedMetric, labelText: LabelText): string {
  const { name, help, type } = metric;
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
  for (let series = 0; series < metric.series; series += 1) {
    const labels = labelsOf(metric, series, labelText);
    if (labels === null) continue;
    const cell = metric.offset + series * metric.width;
    if (metric.buckets === undefined) {
      lines.push(`${name}${inBraces(labels)} ${set.total(cell, metric.over)}`);
    } else {
      lines.push(...histogram(set, name, labels, cell, metric.buckets));
    }
  }
  return `${lines.join('\n')}\n`;
}

function histogram(
  set: MetricSet,
  name: string,
  labels: readonly string[],
  cell: number,
  buckets: readonly number[],
): string[] {
  let count = 0;
  const lines = [...buckets, Number.POSITIVE_INFINITY].map((bound, at) => {
    count += set.total(cell + at);
    const le = `le="${bound === Number.POSITIVE_INFINITY ? '+Inf' : bound}"`;
    return `${name}_bucket${inBraces([...labels, le])} ${count}`;
  });
  lines.push(`${name}_sum${inBraces(labels)} ${set.total(cell + buckets.length + 1)}`);
  lines.push(`${name}_count${inBraces(labels)} ${count}`);
  return lines;
}

/** The labels of a series; null when it is left out. */
function labelsOf(
  { labels = [] }: PlacedMetric,
  series: number,
  labelText: LabelText,
): string[] | null {
  const written: string[] = [];
  let rest = series;
  for (const { name, values } of labels.toReversed()) {
    const text = labelText(name, values[rest % values.length] ?? '');
    rest = Math.floor(rest / values.length);
    if (text === null) return null;
    written.unshift(`${name}="${escaped(text)}"`);
  }
  return written;
}

function inBraces(labels: readonly string[]): string {
  return labels.length === 0 ? '' : `{${labels.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
