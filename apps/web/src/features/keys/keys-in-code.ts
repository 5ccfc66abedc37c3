import type { CodeSample } from '@apigate/ui/code-popover';
import { commandText } from '../../lib/shell-text.ts';

/**
 * The keys of a user, and a new one, as commands and as calls.
 *
 * @param user an e-mail address; left out, whoever runs them.
 */
export function keysInCode(user?: string): readonly [CodeSample, ...CodeSample[]] {
  const owner = user === undefined ? '' : `user: ${JSON.stringify(user)}`;
  const listInput = owner === '' ? '' : `{ ${owner} }`;
  const createInput = [owner, `name: 'Backend'`].filter((part) => part !== '').join(', ');
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
      code: [
        `import { createApigate } from '@apigate/sdk';`,
        ``,
        `const apigate = createApigate({ url: ${JSON.stringify(location.origin)}, token });`,
        `const page = await apigate.keys.list(${listInput});`,
        `const { secret } = await apigate.keys.create({ ${createInput} });`,
      ].join('\n'),
    },
  ];
}
