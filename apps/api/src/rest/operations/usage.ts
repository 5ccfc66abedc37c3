import { exportUsageInput, fileText, tailUsageInput, usageEvent } from '@apigate/contract';
import { exportUsageEvents } from '@apigate/domain';
import { z } from 'zod';
import { exampleIds } from '../example-ids.ts';
import { StreamedAnswer, viaDomain, viaProcedure, type OperationGroup } from '../operation.ts';
import { tailAnswer } from '../tail.ts';

/** What staff asks for under the one, a customer has under the other. */
const surfaces = ['admin', 'v1'] as const;

export const usage: OperationGroup = {
  name: 'Usage',
  description: 'Requests through the proxy: counted, listed, explained.',
  operations: [
    viaProcedure('GET /admin/usage', 'usage.summary', {
      summary: 'Get a user’s usage',
      description: 'Of the current period of their quota. Without `user` it is your own.',
      example: { query: { user: 'jane@example.com' } },
    }),
    viaProcedure('GET /v1/usage', 'usage.summary', {
      id: 'usageOwn',
      summary: 'Get your own usage',
      description: 'The same as `GET /admin/usage`, for customers.',
      example: { query: { user: 'jane@example.com' } },
    }),
    viaProcedure('GET /admin/usage/events', 'usage.events', {
      summary: 'List requests',
      description: 'Newest first; without `user` all that you may see.',
      example: { query: { user: 'jane@example.com', refused: true } },
    }),
    ...surfaces.map((surface) =>
      viaDomain(
        `GET /${surface}/usage/export`,
        surface === 'admin' ? 'usageExport' : 'usageExportOwn',
        {
          summary: surface === 'admin' ? 'Export requests' : 'Export your own requests',
          description: 'Newest first, with the filters of the list, as it was when it began.',
          produces: ['application/json', 'text/csv'],
          example: { query: { format: 'csv', user: 'jane@example.com' } },
        },
        { input: exportUsageInput, output: z.array(usageEvent) },
        async (ctx, { format, ...filter }) => {
          const events = await exportUsageEvents(ctx, filter);
          const type = format === 'csv' ? 'text/csv' : 'application/json';
          return new StreamedAnswer(
            type,
            fileText(format, usageEvent, events),
            `requests.${format}`,
          );
        },
      ),
    ),
    ...surfaces.map((surface) =>
      viaDomain(
        `GET /${surface}/usage/tail`,
        surface === 'admin' ? 'usageTail' : 'usageTailOwn',
        {
          summary: surface === 'admin' ? 'Watch requests' : 'Watch your own requests',
          description:
            'Requests as they come, a second after they were answered, as server-sent events: `request` with one request, `gap` where there were more than 200 in a second, `end` with the reason when your session ends.',
          produces: ['text/event-stream'],
        },
        { input: tailUsageInput, output: z.string() },
        tailAnswer,
      ),
    ),
    viaProcedure('GET /admin/usage/events/{id}/explanation', 'usage.explain', {
      summary: 'Explain why a request was refused',
      description:
        '`{id}` is the request id that the caller saw as `X-Request-Id`. Every rule is told that was looked at, with its numbers.',
      params: { id: 'request' },
      example: { path: { id: exampleIds.request } },
    }),
  ],
};
