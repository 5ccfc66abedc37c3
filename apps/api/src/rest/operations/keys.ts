import { exampleIds } from '../example-ids.ts';
import { viaProcedure, type OperationGroup } from '../operation.ts';

const params = { id: 'key' };
const path = { id: exampleIds.key };
const rotated = { id: exampleIds.rotatedKey };

export const keys: OperationGroup = {
  name: 'Keys',
  description: 'The secrets that the proxy accepts. `{id}` is the id of a key.',
  operations: [
    viaProcedure('GET /admin/keys', 'keys.list', {
      summary: 'List keys',
      description:
        'Never with their secrets. Newest first unless `sort` says otherwise: by `expires_at` the next to expire first, by `last_used_at` the last used first.',
      example: { query: { user: 'jane@example.com', status: 'live' } },
    }),
    viaProcedure('GET /admin/scopes', 'keys.scopes', {
      summary: 'List the scopes that routes ask for',
      description: 'A key gets into a route with those that the route requires.',
    }),
    viaProcedure('POST /admin/keys', 'keys.create', {
      summary: 'Create a key',
      description: '`secret` is in this answer and nowhere else. Without `user` the key is yours.',
      status: 201,
      example: { body: { user: 'jane@example.com', name: 'production', scopes: ['reports:read'] } },
    }),
    viaProcedure('GET /admin/keys/{id}', 'keys.get', {
      summary: 'Get a key',
      params,
      example: { path },
    }),
    viaProcedure('PUT /admin/keys/{id}', 'keys.update', {
      summary: 'Change a key',
      description: 'Changes the fields that are given. In force on every proxy within a second.',
      params,
      example: { path, body: { enabled: false } },
    }),
    viaProcedure('DELETE /admin/keys/{id}', 'keys.revoke', {
      summary: 'Revoke a key',
      description: 'For good. The key stays in lists, and is the answer.',
      params,
      example: { path },
    }),
    viaProcedure('POST /admin/keys/{id}/rotate', 'keys.rotate', {
      summary: 'Rotate a key',
      description:
        'Makes a successor with the same settings. Both work for `overlap_seconds`, a day unless told; the successor’s secret is in this answer and nowhere else.',
      params,
      status: 201,
      example: { path, body: { overlap_seconds: 3600 } },
    }),
    viaProcedure('GET /admin/keys/{id}/rotation', 'keys.rotation', {
      summary: 'Get the rotation of a key',
      description: 'Both keys, and who still calls with the old one.',
      params,
      example: { path: rotated },
    }),
    viaProcedure('POST /admin/keys/{id}/rotation/cancel', 'keys.cancelRotation', {
      summary: 'Cancel a rotation',
      description: 'The old key goes on, the successor is revoked.',
      params,
      example: { path: rotated },
    }),
    viaProcedure('POST /admin/keys/{id}/rotation/finish', 'keys.finishRotation', {
      summary: 'Finish a rotation',
      description: 'The old key stops now.',
      params,
      example: { path: rotated },
    }),
  ],
};
