/** `user_id` becomes `userId`; metadata belongs to the user, so its names are left as they are. */
export function camelCased(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      name === 'metadata' ? inner : camelCased(inner),
    ]),
  );
}
