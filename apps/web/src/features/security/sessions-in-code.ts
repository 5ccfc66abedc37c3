import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkText } from '../../lib/sdk-text.ts';
import { commandText } from '../../lib/shell-text.ts';

/** The sessions of a user and the end of one, as commands and as calls. */
export function sessionsInCode(user: string): readonly [CodeSample, ...CodeSample[]] {
  return [
    {
      name: 'CLI',
      code: [commandText('apigate sessions list', { user }), 'apigate sessions end ID'].join('\n'),
    },
    {
      name: 'SDK',
      code: sdkText(
        `const { data } = await apigate.sessions.list(${JSON.stringify(user)});`,
        `for (const session of data) await apigate.sessions.end(session.id);`,
      ),
    },
  ];
}
