/** A label of a metric: its name and every value that it can have, which bounds the number of series. */
export interface MetricLabel {
  name: string;
  values: readonly string[];
}

/**
 * A metric. Of a histogram, `buckets` are the upper bounds. `over` says how the threads' values make the whole; without
 * it they are added.
 */
export interface MetricDefinition {
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  labels?: readonly MetricLabel[];
  buckets?: readonly number[];
  over?: 'sum' | 'max';
}

export type MetricDefinitions = Readonly<Record<string, MetricDefinition>>;

/** A metric with its place in a row of cells. */
export interface PlacedMetric extends MetricDefinition {
  name: string;
  /** Of its first cell. */
  offset: number;
  /** Cells of one series: one, or of a histogram one for each bucket, the rest, and the sum. */
  width: number;
  series: number;
}

const cellBytes = 8;

/** Cells that one series of a metric takes. */
function widthOf({ buckets }: MetricDefinition): number {
  return buckets === undefined ? 1 : buckets.length + 2;
}

/**
 * Numbers about a program, each in a cell of one array: counting is adding to a cell, everything else is done when
 * somebody asks. Over shared memory each thread writes a row of its own, so none waits for another, and any of them can
 * add all rows up.
 */
export class MetricSet<Name extends string = string> {
  readonly metrics: readonly PlacedMetric[];
  /** This thread's row. */
  readonly cells: Float64Array;
  readonly #rows: Float64Array[];
  /** What counters that are raised began with, by cell. */
  readonly #bases = new Map<number, number>();
  readonly #byName: ReadonlyMap<string, PlacedMetric>;

  /**
   * @param memory from `metricMemory`, the same for all threads; without it there is one thread.
   * @param row this thread's number, from 0.
   */
  constructor(
    definitions: Readonly<Record<Name, MetricDefinition>>,
    memory?: SharedArrayBuffer,
    row = 0,
  ) {
    this.metrics = place(definitions);
    this.#byName = new Map(this.metrics.map((metric) => [metric.name, metric]));
    const cells = cellsOf(this.metrics);
    const buffer = memory ?? new SharedArrayBuffer(cells * cellBytes);
    const count = Math.floor(buffer.byteLength / (cells * cellBytes));
    this.#rows = Array.from(
      { length: count },
      (_, at) => new Float64Array(buffer, at * cells * cellBytes, cells),
    );
    const own = this.#rows[row];
    if (own === undefined) throw new RangeError(`There is no row ${row} in memory for ${count}.`);
    this.cells = own;
  }

  /** Where a series of a metric has its first cell: of the label values given, in the order of the labels. */
  cellOf(name: Name, ...values: string[]): number {
    const metric = this.#byName.get(name);
    if (metric === undefined) throw new RangeError(`There is no metric ${name}.`);
    let series = 0;
    for (const [at, label] of (metric.labels ?? []).entries()) {
      const index = label.values.indexOf(values[at] ?? '');
      if (index < 0) throw new RangeError(`${name} has no ${label.name} ${values[at]}.`);
      series = series * label.values.length + index;
    }
    return metric.offset + series * metric.width;
  }

  /** Cells between two neighbouring values of the last label of a metric. */
  stepOf(name: Name): number {
    return this.#byName.get(name)?.width ?? 1;
  }

  /**
   * Sets a counter of this thread that somebody else counts, from 0. It goes on from what the thread counted that had
   * this row before, because a counter must not fall.
   */
  raise(name: Name, value: number): void {
    const cell = this.cellOf(name);
    const base = this.#bases.get(cell) ?? this.cells[cell] ?? 0;
    this.#bases.set(cell, base);
    this.cells[cell] = base + value;
  }

  /** Sets a gauge of this thread. */
  set(name: Name, value: number, ...values: string[]): void {
    this.cells[this.cellOf(name, ...values)] = value;
  }

  /** Adds to a counter of this thread. */
  add(name: Name, amount: number, ...values: string[]): void {
    const cell = this.cellOf(name, ...values);
    this.cells[cell] = (this.cells[cell] ?? 0) + amount;
  }

  /** Takes a value into a histogram. @param cell of its series, from {@link cellOf} */
  observe(cell: number, buckets: readonly number[], value: number): void {
    const { cells } = this;
    let at = 0;
    while (at < buckets.length && value > (buckets[at] ?? 0)) at += 1;
    cells[cell + at] = (cells[cell + at] ?? 0) + 1;
    const sum = cell + buckets.length + 1;
    cells[sum] = (cells[sum] ?? 0) + value;
  }

  /** A cell over all threads. */
  total(cell: number, over: MetricDefinition['over'] = 'sum'): number {
    let total = 0;
    for (const row of this.#rows) {
      const value = row[cell] ?? 0;
      total = over === 'sum' ? total + value : Math.max(total, value);
    }
    return total;
  }
}

/** Memory in which several threads keep the same metrics. */
export function metricMemory(definitions: MetricDefinitions, threads: number): SharedArrayBuffer {
  return new SharedArrayBuffer(cellsOf(place(definitions)) * cellBytes * threads);
}

function place(definitions: MetricDefinitions): PlacedMetric[] {
  let offset = 0;
  return Object.entries(definitions).map(([name, definition]) => {
    const series = (definition.labels ?? []).reduce((n, { values }) => n * values.length, 1);
    const width = widthOf(definition);
    const placed = { ...definition, name, offset, width, series };
    offset += series * width;
    return placed;
  });
}

function cellsOf(metrics: readonly PlacedMetric[]): number {
  const last = metrics.at(-1);
  return last === undefined ? 0 : last.offset + last.series * last.width;
}
