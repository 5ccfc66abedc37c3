import type { User } from '@apigate/contract';
import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkText } from '../../lib/sdk-text.ts';
import { commandText, shellQuoted } from '../../lib/shell-text.ts';

/** What the page of a user does, as commands and as calls. */
export function userInCode(user: User): readonly [CodeSample, ...CodeSample[]] {
  const name = shellQuoted(user.email);
  const ref = JSON.stringify(user.email);
  const metadata = JSON.stringify(user.metadata);
  return [
    {
      name: 'CLI',
      code: [
        `apigate users get ${name}`,
        commandText(`apigate users update ${name}`, { plan: user.plan.slug, metadata }),
        commandText(`apigate users suspend ${name}`, { reason: 'unpaid invoice' }),
        `apigate users activate ${name}`,
        `apigate users delete ${name}`,
      ].join('\n'),
    },
    {
      name: 'SDK',
      code: sdkText(
        `const user = await apigate.users.get(${ref});`,
        `await apigate.users.update(${ref}, {`,
        `  plan: ${JSON.stringify(user.plan.slug)},`,
        `  metadata: ${metadata},`,
        `});`,
        `await apigate.users.suspend(${ref}, { reason: 'unpaid invoice' });`,
        `await apigate.users.activate(${ref});`,
        `await apigate.users.delete(${ref});`,
      ),
    },
  ];
}
