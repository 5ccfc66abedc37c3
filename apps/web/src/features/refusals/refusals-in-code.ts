import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkText } from '../../lib/sdk-text.ts';
import { commandText } from '../../lib/shell-text.ts';

/** The refused requests of a user, and why one of them was, as commands and as calls. */
export function refusalsInCode(user: string): readonly [CodeSample, ...CodeSample[]] {
  return [
    {
      name: 'CLI',
      code: [
        `${commandText('apigate usage events', { user })} --refused`,
        commandText('apigate usage explain REQUEST_ID'),
      ].join('\n'),
    },
    {
      name: 'SDK',
      code: sdkText(
        `const page = await apigate.usage.events({ user: ${JSON.stringify(user)}, refused: true });`,
        `const { steps } = await apigate.usage.explain(page.data[0].id);`,
      ),
    },
  ];
}
