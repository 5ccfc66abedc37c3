import { snakeCase, snakeCaseName } from '@apigate/contract';
import type { CodeSample } from '@apigate/ui/code-popover';
import { curlText } from './curl-text.ts';
import { sdkInput, sdkText } from './sdk-text.ts';
import { commandText, shellQuoted } from './shell-text.ts';

type Input = Readonly<Record<string, unknown>>;

export interface Deed {
  /** `apigate users create`, with what is named; its flags come after it. */
  command: string;
  /** `POST` unless told. */
  method?: 'POST' | 'PUT' | 'DELETE';
  /** Where it is sent to: `/admin/users`. */
  path: string;
  /** Left out where nothing is sent. */
  input?: Input;
  /** Where they are not the fields of the input. */
  flags?: Readonly<Record<string, string | undefined>>;
  /** As the SDK has it: `users.update`. */
  call: string;
  /** What the call takes before the input. */
  ref?: string;
}

/** Stands in an input for what is never shown: whoever runs the code has it in a variable. */
export const unshown = '$SECRET';

/** Something that is done, as a command and as calls. */
export function deedInCode({
  command,
  method = 'POST',
  path,
  input,
  flags = flagsOf(input ?? {}),
  call,
  ref,
}: Deed): readonly [CodeSample, ...CodeSample[]] {
  const curl = curlText(path, {}, method);
  const body = input && shellQuoted(JSON.stringify(snakeCase(input)));
  const args = [ref === undefined ? '' : JSON.stringify(ref), sdkInput(input ?? {})];
  return [
    { name: 'CLI', code: withVariable(commandText(command, flags)) },
    {
      name: 'curl',
      code: body ? withVariable(`${curl} -H 'Content-Type: application/json' -d ${body}`) : curl,
    },
    {
      name: 'SDK',
      code: sdkText(`await apigate.${call}(${args.filter(Boolean).join(', ')});`).replaceAll(
        JSON.stringify(unshown),
        'secret',
      ),
    },
  ];
}

/** What an update is shown with while nothing differs yet: the name as it is. */
export function changesOrName(changes: Input, { name }: { name: string | null }): Input {
  return Object.keys(changes).length === 0 ? { name } : changes;
}

/** The flags of `apigate` that are not called as their field. */
const flagNames: Readonly<Record<string, string>> = {
  slug: 'id',
  priceMonthlyCents: 'price',
  requestsPerMonth: 'monthly-quota',
  overageCentsPer1000: 'overage-price',
  externalId: 'id',
  expiresAt: 'expires',
  overlapSeconds: 'overlap',
  rateLimitPerMinute: 'rate-limit',
  requiredScopes: 'scopes',
  connectTimeoutMs: 'connect-timeout',
  responseTimeoutMs: 'response-timeout',
  idleTimeoutMs: 'idle-timeout',
  connectionsMax: 'connections',
};

/** Fields as flags; an empty value clears. */
function flagsOf(input: Input): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(input).map(([field, value]) => [
      flagNames[field] ?? snakeCaseName(field).replaceAll('_', '-'),
      value === undefined ? undefined : flagText(field, value),
    ]),
  );
}

function flagText(field: string, value: unknown): string {
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.join(',');
  if (typeof value === 'object' && field === 'authHeader') return Object.values(value).join(': ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What is quoted for a shell, with the variable outside the quotes. */
function withVariable(text: string): string {
  return text.replaceAll(
    /(')?\$SECRET(')?/g,
    (_, before?: string, after?: string) => `${before ? '' : "'"}"$SECRET"${after ? '' : "'"}`,
  );
}
