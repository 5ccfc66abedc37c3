import { viaProcedure, type OperationGroup } from '../operation.ts';
import { userFiles } from './user-files.ts';

const params = { id: 'user' };
const jane = { id: 'jane@example.com' };

export const users: OperationGroup = {
  name: 'Users',
  description:
    'The accounts of those who call your API, and of the staff. `{id}` is an id, an e-mail address, a username or an external id.',
  operations: [
    viaProcedure('GET /admin/users', 'users.list', {
      summary: 'List users',
      description: 'Newest first.',
      example: { query: { plan_id: 'free', status: 'active', limit: 2 } },
    }),
    viaProcedure('POST /admin/users', 'users.create', {
      summary: 'Create a user',
      description: 'Without a plan the user gets the default plan, without a password none.',
      status: 201,
      example: {
        body: {
          email: 'customer@acme.example',
          name: 'Acme Corp',
          plan_id: 'free',
          metadata: { company_size: '10-50' },
        },
      },
    }),
    ...userFiles,
    viaProcedure('POST /admin/users/bulk', 'users.bulk', {
      summary: 'Do something to many users',
      description:
        'Up to 1,000, named in `users` or described in `where` by the filters of the list. Each is done by itself; who cannot have it done is skipped, with the reason. `dry_run` looks at up to 10,000, changes nothing and answers as the call would.',
      example: {
        body: {
          action: 'suspend',
          users: ['jane@example.com'],
          reason: 'unpaid invoice',
          dry_run: true,
        },
      },
    }),
    viaProcedure('GET /admin/users/{id}', 'users.get', {
      summary: 'Get a user',
      params,
      example: { path: jane },
    }),
    viaProcedure('PUT /admin/users/{id}', 'users.update', {
      summary: 'Change a user',
      description: 'Changes the fields that are given. `metadata` is replaced as a whole.',
      params,
      example: { path: jane, body: { name: 'Jane Doe', metadata: { industry: 'fintech' } } },
    }),
    viaProcedure('DELETE /admin/users/{id}', 'users.delete', {
      summary: 'Delete a user',
      description:
        'Removes the user with all keys, sessions and usage, for good; the address is free again. Suspending keeps them.',
      params,
      status: 204,
      example: { path: jane },
    }),
    viaProcedure('POST /admin/users/{id}/suspend', 'users.suspend', {
      summary: 'Suspend a user',
      description: 'Every key of the user stops within a second, and their sessions end.',
      params,
      example: { path: jane, body: { reason: 'unpaid invoice' } },
    }),
    viaProcedure('POST /admin/users/{id}/activate', 'users.activate', {
      summary: 'Activate a user',
      description: 'Lifts a suspension. The keys that were not revoked work again.',
      params,
      example: { path: jane },
    }),
    viaProcedure('POST /admin/users/{id}/verify', 'users.verify', {
      summary: 'Verify a user’s e-mail address',
      description: 'As if they had followed the link in the mail.',
      params,
      example: { path: jane },
    }),
    viaProcedure('POST /admin/users/{id}/set-password', 'users.setPassword', {
      summary: 'Set a user’s password',
      description: 'Ends every session of the user.',
      params,
      example: { path: jane, body: { password: 'harbour quilt juniper walnut' } },
    }),
    viaProcedure('POST /admin/users/{id}/reset-second-factor', 'users.resetSecondFactor', {
      summary: 'Take away a user’s second factor',
      description: 'For somebody who has lost it. Ends their sessions and tells them by mail.',
      params,
      example: { path: jane },
    }),
  ],
};
