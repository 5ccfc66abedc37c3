import { page, session } from '@apigate/contract';
import { exampleIds } from '../example-ids.ts';
import { onOnePage } from '../on-one-page.ts';
import { viaProcedure, type OperationGroup } from '../operation.ts';

export const invites: OperationGroup = {
  name: 'Invites',
  description: 'Asking somebody to become an admin or a moderator.',
  operations: [
    viaProcedure('GET /admin/invites', 'invites.list', {
      summary: 'List invites',
      description: 'Those that nobody has accepted yet, newest first.',
    }),
    viaProcedure('POST /admin/invites', 'invites.create', {
      summary: 'Invite somebody',
      description: 'Sends a mail with a link that is good for 48 hours.',
      status: 201,
      example: { body: { email: 'colleague@example.com', role: 'moderator' } },
    }),
    viaProcedure('DELETE /admin/invites/{id}', 'invites.revoke', {
      summary: 'Take an invite back',
      params: { id: 'invite' },
      status: 204,
      example: { path: { id: exampleIds.invite } },
    }),
  ],
};

export const serviceKeys: OperationGroup = {
  name: 'Service keys',
  description: 'Secrets for programs that use this API.',
  operations: [
    viaProcedure('GET /admin/service-keys', 'serviceKeys.list', {
      summary: 'List service keys',
      description: 'Newest first, never with their secrets.',
    }),
    viaProcedure('POST /admin/service-keys', 'serviceKeys.create', {
      summary: 'Create a service key',
      description: '`secret` is in this answer and nowhere else.',
      status: 201,
      example: { body: { name: 'nightly sync', scopes: ['users:read', 'usage:read'] } },
    }),
    viaProcedure('DELETE /admin/service-keys/{id}', 'serviceKeys.revoke', {
      summary: 'Revoke a service key',
      description: 'For good. The key stays in lists, and is the answer.',
      params: { id: 'serviceKey' },
      example: { path: { id: exampleIds.serviceKey } },
    }),
  ],
};

export const sessions: OperationGroup = {
  name: 'Sessions',
  description: 'Where people are signed in.',
  operations: [
    viaProcedure(
      'GET /admin/sessions',
      'sessions.list',
      {
        summary: 'List the sessions of a user',
        description: 'Without `user` your own.',
        example: { query: { user: 'jane@example.com' } },
      },
      { output: page(session), answer: onOnePage },
    ),
    viaProcedure('DELETE /admin/sessions/{id}', 'sessions.end', {
      summary: 'End a session',
      params: { id: 'session' },
      status: 204,
      example: { path: { id: exampleIds.session } },
    }),
    viaProcedure('POST /admin/sessions/end-others', 'sessions.endOthers', {
      summary: 'End your other sessions',
      description: 'All but the one that is calling.',
    }),
  ],
};
