import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { metricMemory, MetricSet, type MetricDefinition } from './metric-set.ts';
import { renderMetrics } from './render-metrics.ts';
import { SlotTable } from './slot-table.ts';

const buckets = [0.1, 1];
const definitions = {
  requests_total: {
    help: 'Requests.',
    type: 'counter',
    labels: [
      { name: 'route', values: ['a', 'b'] },
      { name: 'status', values: ['2xx', '5xx'] },
    ],
  },
  seconds: { help: 'How long.', type: 'histogram', buckets },
  oldest: { help: 'Of all.', type: 'gauge', over: 'max' },
} as const satisfies Record<string, MetricDefinition>;

test('is written as Prometheus reads it, zeros included', () => {
  const set = new MetricSet(definitions);
  set.add('requests_total', 2, 'b', '5xx');
  const cell = set.cellOf('seconds');
  for (const value of [0.05, 0.1, 0.5, 7]) set.observe(cell, buckets, value);
  set.set('oldest', 3);
  expect(renderMetrics(set, (_, value) => (value === 'a' ? 'with "quotes"\n' : value))).toBe(
    `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{route="with \\"quotes\\"\\n",status="2xx"} 0
requests_total{route="with \\"quotes\\"\\n",status="5xx"} 0
requests_total{route="b",status="2xx"} 0
requests_total{route="b",status="5xx"} 2
# HELP seconds How long.
# TYPE seconds histogram
seconds_bucket{le="0.1"} 2
seconds_bucket{le="1"} 3
seconds_bucket{le="+Inf"} 4
seconds_sum 7.65
seconds_count 4
# HELP oldest Of all.
# TYPE oldest gauge
oldest 3
`,
  );
});

test('a series that is called nothing is left out', () => {
  const set = new MetricSet(definitions);
  expect(renderMetrics(set, (_, value) => (value === 'a' ? null : value))).not.toContain('"a"');
});

test('threads count for themselves, and any of them tells of all', async () => {
  const memory = metricMemory(definitions, 3);
  const sets = [0, 1, 2].map((row) => new MetricSet(definitions, memory, row));
  const cell = sets[0]?.cellOf('requests_total', 'a', '2xx') ?? 0;
  const rowCells = memory.byteLength / 8 / 3;
  const code = `
    const { workerData } = require('node:worker_threads');
    const { memory, at } = workerData;
    const cells = new Float64Array(memory);
    for (let n = 0; n < 200000; n += 1) cells[at] += 1;`;
  await Promise.all(
    sets.map(
      (_, row) =>
        new Promise((resolve) => {
          const workerData = { memory, at: row * rowCells + cell };
          new Worker(code, { eval: true, workerData }).once('exit', resolve);
        }),
    ),
  );
  sets.forEach((set, row) => set.set('oldest', row));
  for (const set of sets) {
    expect(renderMetrics(set)).toContain('requests_total{route="a",status="2xx"} 600000\n');
    expect(renderMetrics(set)).toContain('oldest 2\n');
  }
  expect(() => new MetricSet(definitions, memory, 3)).toThrow('no row 3');
});

test('a thread that takes over a row goes on where the one before it ended', () => {
  const memory = metricMemory(definitions, 1);
  const raised = (value: number): string => {
    const set = new MetricSet({ ...definitions }, memory);
    set.raise('oldest', value - 1);
    set.raise('oldest', value);
    return renderMetrics(set);
  };
  expect(raised(5)).toContain('oldest 5\n');
  expect(raised(2)).toContain('oldest 7\n');
});

test('slots are the same in every thread, and end in one for all others', () => {
  const memory = new SharedArrayBuffer(8 * 4);
  const [mine, theirs] = [new SlotTable(memory), new SlotTable(memory)];
  const ids = [1, 2, 3, 4].map((n) => `018f6b1e-7c3a-7000-8000-00000000000${n}`);
  expect(ids.map((id) => mine.slotOf(id))).toEqual([2, 3, 1, 1]);
  expect(ids.toReversed().map((id) => theirs.slotOf(id))).toEqual([1, 1, 3, 2]);
  expect(mine.slotOf(null)).toBe(0);
  expect([...theirs.holders(ids)]).toEqual([
    [2, ids[0]],
    [3, ids[1]],
  ]);
});
