import { PassThrough } from 'node:stream';
import {
  importProgress,
  userImport,
  type ImportProgress,
  type importUsersInput,
  type Parsed,
  type UserImport,
} from '@apigate/contract';
import { importUsers } from '@apigate/domain';
import type { ApiContext } from '../context.ts';
import { problemOf } from '../problem.ts';
import { statusOf, tell } from '../tell.ts';
import { eventText } from './event-text.ts';
import { StreamedAnswer } from './operation.ts';
import { toWire } from './wire.ts';

/**
 * Imports the body of the request. Who accepts `text/event-stream` gets server-sent events: `progress` while rows are
 * checked and stored, and last `report`, or `problem` where the file is refused. Then who breaks off imports nothing.
 *
 * @throws DomainError where it is refused before the first rows are checked
 */
export async function importAnswer(
  ctx: ApiContext,
  input: Parsed<typeof importUsersInput>,
): Promise<UserImport | StreamedAnswer> {
  // What is left of a refused file is read on and thrown away, so that the sender gets the answer.
  const file = ctx.req.iterator({ destroyOnReturn: false });
  if (ctx.req.accepts(['application/json', 'text/event-stream']) !== 'text/event-stream') {
    return importUsers(ctx, input, file);
  }
  const events = new PassThrough();
  const begun = Promise.withResolvers<void>();
  const imported = importUsers(ctx, input, file, (progress: ImportProgress) => {
    if (events.destroyed) throw new Error('Whoever imported has left.');
    events.write(eventText('progress', toWire(importProgress, progress)));
    begun.resolve();
  });
  await Promise.race([begun.promise, imported]);
  imported.then(
    (report) => events.end(eventText('report', toWire(userImport, report))),
    (error: unknown) => {
      const { code, message, errors } = tell(error);
      // It is logged, and the stream breaks off.
      if (code === 'internal_error') events.destroy(error instanceof Error ? error : undefined);
      else
        events.end(eventText('problem', problemOf(ctx.res, statusOf(code), code, message, errors)));
    },
  );
  return new StreamedAnswer('text/event-stream', events);
}
