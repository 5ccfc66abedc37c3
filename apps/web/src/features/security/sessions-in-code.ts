import type { CodeSample } from '@apigate/ui/code-popover';
import { curlText } from '../../lib/curl-text.ts';
import { deedInCode } from '../../lib/deed-in-code.ts';
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
      name: 'curl',
      code: [
        curlText('/admin/sessions', { user }),
        curlText('/admin/sessions/ID', {}, 'DELETE'),
      ].join('\n'),
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

/** The end of one session, as a command and as calls. */
export function endOfSessionInCode(session: string): readonly [CodeSample, ...CodeSample[]] {
  return deedInCode({
    command: `apigate sessions end ${session}`,
    method: 'DELETE',
    path: `/admin/sessions/${session}`,
    call: 'sessions.end',
    ref: session,
  });
}

/** The end of the caller's sessions but that of the token, as calls. */
export function endOfOtherSessionsInCode(): readonly [CodeSample, ...CodeSample[]] {
  return [
    { name: 'curl', code: curlText('/admin/sessions/end-others', {}, 'POST') },
    { name: 'SDK', code: sdkText(`await apigate.sessions.endOthers();`) },
  ];
}
