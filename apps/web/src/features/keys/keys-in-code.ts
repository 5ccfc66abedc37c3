import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkInput, sdkText } from '../../lib/sdk-text.ts';
import { commandText } from '../../lib/shell-text.ts';

/**
 * The keys of a user, and a new one, as commands and as calls.
 *
 * @param user an e-mail address; left out, whoever runs them.
 */
export function keysInCode(user?: string): readonly [CodeSample, ...CodeSample[]] {
  return [
    {
      name: 'CLI',
      code: [
        commandText('apigate keys list', { user }),
        commandText('apigate keys create', { user, name: 'Backend' }),
      ].join('\n'),
    },
    {
      name: 'SDK',
      code: sdkText(
        `const page = await apigate.keys.list(${sdkInput({ user })});`,
        `const { secret } = await apigate.keys.create(${sdkInput({ user, name: 'Backend' })});`,
      ),
    },
  ];
}
