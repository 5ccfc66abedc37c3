import { listSessionsInput, session as sessionSchema, sessionRef } from '@apigate/contract';
import type { Session } from '@apigate/sdk';
import type { Command } from 'commander';
import { text } from '../flags.ts';
import { orDash, time, yesNo } from '../format.ts';
import type { View } from '../output.ts';
import { addNoun, addVerb } from '../verb.ts';

const sessionView: View<Session> = {
  plural: 'sessions',
  schema: sessionSchema,
  columns: {
    ID: (session) => session.id,
    'Last used': (session) => time(session.lastUsedAt),
    Address: (session) => orDash(session.ip),
    Program: (session) => orDash(session.userAgent),
    Since: (session) => time(session.createdAt),
    Expires: (session) => time(session.expiresAt),
    'This one': (session) => yesNo(session.current),
  },
  details: {},
};

/** `apigate sessions …` */
export function addSessions(program: Command): void {
  const sessions = addNoun(program, 'sessions', 'Where users are signed in');

  addVerb(sessions, {
    usage: 'list',
    about: 'List where a user is signed in, the last used first',
    input: listSessionsInput,
    flags: {
      user: text('--user <user>', "whose, by id or another unique name; else the caller's own"),
    },
    examples: ['apigate sessions list', 'apigate sessions list --user jane@example.com'],
    run: async ({ api, input, output }) =>
      output.page(await api.sessions.list(input.user), sessionView),
  });

  addVerb(sessions, {
    usage: 'end <session>',
    about: 'Sign out there, by id',
    input: sessionRef,
    examples: ['apigate sessions end 0198c0de-0000-7000-8000-000000000001'],
    run: async ({ api, input, output }) => {
      const ended = await api.sessions.end(input.session);
      output.done(`The session ${input.session} has ended.`, ended);
    },
  });
}
