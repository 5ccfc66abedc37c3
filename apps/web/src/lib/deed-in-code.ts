import { snakeCase } from '@apigate/contract';
import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkText } from './sdk-text.ts';
import { commandText, shellQuoted } from './shell-text.ts';

export interface Deed {
  /** `apigate users create`, with what is named; its flags come after it. */
  command: string;
  flags: Readonly<Record<string, string | undefined>>;
  /** Where it is posted to: `/admin/users`. */
  path: string;
  input: object;
  /** As the SDK has it: `users.create({ … })`. */
  call: string;
}

/** Something that is done, as a command and as calls. */
export function deedInCode({
  command,
  flags,
  path,
  input,
  call,
}: Deed): readonly [CodeSample, ...CodeSample[]] {
  const body = shellQuoted(JSON.stringify(snakeCase(input)));
  return [
    { name: 'CLI', code: commandText(command, flags) },
    {
      name: 'curl',
      code: `curl -X POST ${shellQuoted(location.origin + path)} -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d ${body}`,
    },
    { name: 'SDK', code: sdkText(`await apigate.${call};`) },
  ];
}
