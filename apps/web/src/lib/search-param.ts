/** A text filter as it stands in an address. Numbers count: the router reads `?q=42` as one. */
export function textParam(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** A filter with fixed values; anything else in the address counts for nothing, so that an old link still opens. */
export function choiceParam<Value extends string>(
  value: unknown,
  choices: readonly Value[],
): Value | undefined {
  return choices.find((choice) => choice === value);
}
