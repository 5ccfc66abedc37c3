import { keyVerdict, verifyKeyInput } from '@apigate/contract';
import { verifyKey } from '@apigate/domain';
import { exampleSecrets } from '../example-ids.ts';
import { viaDomain, viaProcedure, type OperationGroup } from '../operation.ts';

/** A thousand events, each with all its names at their longest. */
const meterBytesMax = 2 * 1024 * 1024;

export const gateway: OperationGroup = {
  name: 'Gateway',
  description: 'For services that ask apigate themselves instead of standing behind its proxy.',
  operations: [
    viaDomain(
      'POST /v1/keys/verify',
      'keysVerify',
      {
        summary: 'Verify a customer’s key',
        description:
          'The decision that the proxy would make. A key that is refused is a 200 with `valid: false` and the reason in `code`. With `count` the call is metered.',
        example: { body: { key: exampleSecrets.key, method: 'GET', path: '/orders/1' } },
      },
      { input: verifyKeyInput, output: keyVerdict },
      (ctx, input) => verifyKey(ctx, ctx.deps.gate, input),
    ),
    viaProcedure('POST /v1/meter', 'usage.meter', {
      summary: 'Meter events',
      bodyBytesMax: meterBytesMax,
      description:
        'Counts up to 1,000 events that happened outside the proxy, by the names of CloudEvents, in the quota and in every figure. `subject` is the user: id, e-mail address, username or external id; `data.units` is 1 unless told. An event is known again by `source` and `id` for 32 days and then counts no second time. Each has an answer of its own; a refused one has changed nothing.',
      example: {
        body: {
          events: [
            {
              specversion: '1.0',
              id: 'job-4711',
              source: 'https://api.example.com/jobs',
              type: 'pages.rendered',
              subject: 'jane@example.com',
              data: { units: 12 },
            },
          ],
        },
      },
    }),
  ],
};
