import {
  createInviteInput,
  invite as inviteSchema,
  listInvitesInput,
  userRole,
} from '@apigate/contract';
import type { Apigate, Invite } from '@apigate/sdk';
import type { Command } from 'commander';
import { z } from 'zod';
import { confirm } from '../confirm.ts';
import { CommandError } from '../failure.ts';
import { oneOf, text } from '../flags.ts';
import { orDash, time } from '../format.ts';
import type { View } from '../output.ts';
import { pageFlags } from '../page-flags.ts';
import { addNoun, addVerb } from '../verb.ts';

const inviteView: View<Invite> = {
  plural: 'invitations',
  schema: inviteSchema,
  columns: {
    Email: (invite) => invite.email,
    Role: (invite) => invite.role,
    'Invited by': (invite) => orDash(invite.invitedBy),
    Expires: (invite) => time(invite.expiresAt),
    ID: (invite) => invite.id,
  },
  details: { Created: (invite) => time(invite.createdAt) },
};

/** Here an invitation may also be named by its address. */
const inviteOfPerson = z.strictObject({ invite: z.string().trim().min(1) });

/** `apigate invites …` */
export function addInvites(program: Command): void {
  const invites = addNoun(program, 'invites', 'Invitations to become a moderator or an admin');

  addVerb(invites, {
    usage: 'list',
    about: 'List invitations that were not accepted yet, newest first',
    input: listInvitesInput,
    flags: { q: text('--q <text>', 'part of the address'), ...pageFlags },
    examples: ['apigate invites list'],
    run: async ({ api, input, output }) => output.page(await api.invites.list(input), inviteView),
  });

  addVerb(invites, {
    usage: 'create',
    about: 'Mail somebody a link to become a moderator or an admin; it is good for 48 hours',
    input: createInviteInput,
    flags: {
      email: text('--email <address>', 'e-mail address'),
      role: oneOf('--role <role>', userRole.exclude(['customer']).options),
    },
    examples: ['apigate invites create --email mary@example.com --role moderator'],
    run: async ({ api, input, output }) => {
      output.item(await api.invites.create(input), inviteView);
      output.remark('The link goes out by mail; "apigate mails list" shows what became of it.');
    },
  });

  addVerb(invites, {
    usage: 'revoke <invite>',
    about: 'Take an invitation back, by id or e-mail address',
    input: inviteOfPerson,
    isDestructive: true,
    examples: ['apigate invites revoke mary@example.com'],
    run: async ({ api, input, output, isAgreed }) => {
      const id = await findInviteId(api, input.invite);
      await confirm(`The link that ${input.invite} got stops for good.`, isAgreed);
      const revoked = await api.invites.revoke(id);
      output.done(`The invitation ${input.invite} is revoked.`, revoked);
    },
  });
}

async function findInviteId(api: Apigate, text: string): Promise<string> {
  if (!text.includes('@')) return text;
  for await (const invite of api.invites.list({ limit: 200 })) {
    if (invite.email === text.toLowerCase()) return invite.id;
  }
  throw new CommandError('refused', `no invitation of ${text}`);
}
