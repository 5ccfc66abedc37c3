/** Fields whose names are data of the user's own, and stay as they are. */
const verbatim = new Set(['metadata', 'features']);

/** `priceMonthlyCents` as `price_monthly_cents`, `overageCentsPer1000` as `overage_cents_per_1000`. */
export function snakeCaseName(name: string): string {
  return name.replaceAll(/[A-Z]|(?<=[a-z]{2})\d+/g, (part) => `_${part.toLowerCase()}`);
}

/** Renames the keys of objects, at every depth. */
export function snakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCase);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      snakeCaseName(key),
      verbatim.has(key) ? inner : snakeCase(inner),
    ]),
  );
}
