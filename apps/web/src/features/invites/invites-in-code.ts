import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkInput, sdkText } from '../../lib/sdk-text.ts';
import { commandText } from '../../lib/shell-text.ts';
import type { InvitesSearch } from './invites-search.ts';

/** Inviting, and the invitations that wait, as commands and as calls. */
export function invitesInCode(search: InvitesSearch): readonly [CodeSample, ...CodeSample[]] {
  return [
    {
      name: 'CLI',
      code: [
        commandText('apigate invites list', { ...search }),
        'apigate invites create --email mary@example.com --role moderator',
        'apigate invites revoke mary@example.com',
      ].join('\n'),
    },
    {
      name: 'SDK',
      code: sdkText(
        `const page = await apigate.invites.list(${sdkInput({ ...search })});`,
        `const invite = await apigate.invites.create({ email: 'mary@example.com', role: 'moderator' });`,
        `await apigate.invites.revoke(invite.id);`,
      ),
    },
  ];
}
