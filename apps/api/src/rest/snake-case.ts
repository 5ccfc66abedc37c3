function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}

/** Nothing of ours is nested deeper; what strangers send may be, and is left for the schema to refuse. */
const depthMax = 16;

function renamed(value: unknown, rename: (name: string) => string, depth = 0): unknown {
  if (depth > depthMax) return value;
  if (Array.isArray(value)) return value.map((inner) => renamed(inner, rename, depth + 1));
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      rename(name),
      // Metadata belongs to the user: its names are as they were given.
      name === 'metadata' ? inner : renamed(inner, rename, depth + 1),
    ]),
  );
}

/** `accessToken` becomes `access_token`, however deep. */
export function toSnakeCase(value: unknown): unknown {
  return renamed(value, (name) =>
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  );
}

/** `refresh_token` becomes `refreshToken`, however deep. */
export function toCamelCase(value: unknown): unknown {
  return renamed(value, (name) =>
    name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
}
