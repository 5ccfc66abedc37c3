import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkText } from '../../lib/sdk-text.ts';

/** Inviting, and the invitations that wait, as commands and as calls. */
export function invitesInCode(): readonly [CodeSample, ...CodeSample[]] {
  return [
    {
      name: 'CLI',
      code: [
        'apigate invites list',
        'apigate invites create --email mary@example.com --role moderator',
        'apigate invites revoke mary@example.com',
      ].join('\n'),
    },
    {
      name: 'SDK',
      code: sdkText(
        `const page = await apigate.invites.list();`,
        `const invite = await apigate.invites.create({ email: 'mary@example.com', role: 'moderator' });`,
        `await apigate.invites.revoke(invite.id);`,
      ),
    },
  ];
}
