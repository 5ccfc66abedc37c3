/** A command as one types it: flags without a value are left out, values are quoted where a shell needs it. */
export function commandText(
  command: string,
  flags: Readonly<Record<string, string | undefined>> = {},
): string {
  const parts = Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag} ${shellQuoted(value)}`],
  );
  return [command, ...parts].join(' ');
}

export function shellQuoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
