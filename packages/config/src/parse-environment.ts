import type { z } from 'zod';

/** Every problem of an environment, one a line; it names variables and never their values. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      ['The environment has problems:', ...problems.map((problem) => `  ${problem}`)].join('\n'),
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * Parses an environment; a variable that is set to nothing counts as unset.
 * @throws ConfigError with all problems together.
 */
export function parseEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(given, { reportInput: false });
  if (result.success) return result.data;
  const problems = new Map<string, string>();
  for (const issue of result.error.issues) {
    const name = issue.path.map(String).join('.') || 'environment';
    const isMissing = issue.path.length === 1 && !(name in given);
    const text =
      isMissing && issue.code === 'invalid_type' ? `must be set (${issue.message})` : issue.message;
    const before = problems.get(name);
    problems.set(name, before === undefined ? text : `${before}; ${text}`);
  }
  throw new ConfigError([...problems].map(([name, text]) => `${name}: ${text}`));
}
