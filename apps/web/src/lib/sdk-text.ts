/** Calls of the SDK, with the lines before them that make them work. */
export function sdkText(...calls: readonly string[]): string {
  return [
    `import { createApigate } from '@apigate/sdk';`,
    ``,
    `const apigate = createApigate({ url: ${JSON.stringify(location.origin)}, token });`,
    ...calls,
  ].join('\n');
}

/** An input as one writes it: `{ user: "jane@example.com" }`; nothing where nothing is set. */
export function sdkInput(input: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(input).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${literal(value)}`],
  );
  return parts.length === 0 ? '' : `{ ${parts.join(', ')} }`;
}

function literal(value: unknown): string {
  return value instanceof Date
    ? `new Date(${JSON.stringify(value.toISOString())})`
    : JSON.stringify(value);
}
