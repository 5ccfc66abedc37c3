/** Entries as one types them, `tier=gold, region=eu`; undefined for what is none. */
export function readMetadataText(text: string | undefined): Record<string, string> | undefined {
  if (text === undefined) return undefined;
  const entries = text.split(',').map((entry) => {
    const at = entry.indexOf('=');
    return [entry.slice(0, Math.max(at, 0)).trim(), entry.slice(at + 1).trim()] as const;
  });
  const areGood = entries.every(([name]) => /^[A-Za-z0-9][\w-]*$/.test(name));
  return areGood ? Object.fromEntries(entries) : undefined;
}
