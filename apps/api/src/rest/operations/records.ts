import { exampleIds } from '../example-ids.ts';
import { viaProcedure, type OperationGroup } from '../operation.ts';

export const audit: OperationGroup = {
  name: 'Audit',
  description: 'Who did what. Nothing of it can be changed.',
  operations: [
    viaProcedure('GET /admin/audit', 'audit.list', {
      summary: 'List deeds',
      description: 'Newest first, unless `order` is `oldest`.',
      example: { query: { user: 'jane@example.com', limit: 2 } },
    }),
    viaProcedure('GET /admin/audit/verification', 'audit.verify', {
      summary: 'Verify the audit log',
      description: 'Whether every deed is still as it was written.',
    }),
    viaProcedure('GET /admin/audit/access', 'audit.access', {
      summary: 'List requests to the control plane',
      description: 'Of the last 30 days, newest first.',
      example: { query: { limit: 2 } },
    }),
  ],
};

export const mails: OperationGroup = {
  name: 'Mails',
  description: 'The outbox: what was sent, what waits, what failed.',
  operations: [
    viaProcedure('GET /admin/mails', 'mails.list', {
      summary: 'List mails',
      description: 'Newest first.',
      example: { query: { template: 'invite' } },
    }),
    viaProcedure('GET /admin/mails/{id}', 'mails.get', {
      summary: 'Get a mail',
      description: 'With its text, until it was handed to a mail server.',
      params: { id: 'mail' },
      example: { path: { id: exampleIds.mail } },
    }),
    viaProcedure('POST /admin/mails/{id}/retry', 'mails.retry', {
      summary: 'Send a mail again',
      description: 'One that failed goes back into the queue.',
      params: { id: 'mail' },
      example: { path: { id: exampleIds.mail } },
    }),
  ],
};
