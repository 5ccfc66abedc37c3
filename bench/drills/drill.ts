/** How a drill is run. */
export interface DrillOptions {
  /** In seconds instead of minutes, to see that it still works. */
  isShort: boolean;
  /** Tells how it goes. */
  say: (line: string) => void;
}

/** What a drill has counted, and what of it should have been otherwise. */
export interface DrillOutcome {
  counts: Readonly<Record<string, number>>;
  /** Sentences; none when everything was met. */
  problems: readonly string[];
}

/** A fault, brought about on purpose under load, and what must be true afterwards. */
export interface Drill {
  name: string;
  title: string;
  run: (options: DrillOptions) => Promise<DrillOutcome>;
}
