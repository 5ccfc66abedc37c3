const milliseconds = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const bytes = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A duration in the unit that people read it in. @param value in milliseconds */
export function msText(value: number): string {
  return value < 1000
    ? `${milliseconds.format(value)} ms`
    : `${milliseconds.format(value / 1000)} s`;
}

/** @param value in bytes */
export function bytesText(value: number): string {
  const power = value < 1000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), 4);
  return `${bytes.format(value / 1000 ** power)} ${byteUnits[power] ?? 'B'}`;
}
