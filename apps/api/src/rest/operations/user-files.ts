import { exportUsersInput, importUsersInput, user, userImport, type User } from '@apigate/contract';
import { exportUsers, userFileText } from '@apigate/domain';
import { z } from 'zod';
import { importAnswer } from '../import-answer.ts';
import { StreamedAnswer, viaDomain, type Operation } from '../operation.ts';
import { toWire } from '../wire.ts';

const csvType = 'text/csv';
const jsonType = 'application/json';

/** Users by the file, in both directions. */
export const userFiles: readonly Operation[] = [
  viaDomain(
    'POST /admin/users/import',
    'importUsers',
    {
      summary: 'Import users',
      description:
        'A CSV file in UTF-8, whose first line names its columns: `email`, and any of `name`, `plan_name`, `username`, `role`, `status`, `metadata` (a JSON object), `first_name`, `last_name`, `external_id`. One faulty row refuses the file, and `errors` tells each by its line; with `skip_faulty` such rows are left out. `dry_run` changes nothing and answers as the import would. With `Accept: text/event-stream` the answer is server-sent events: `progress` (`step`, which is `check` or `store`, with its `rows` and `share` from 0 to 1), and last `report` with the answer, or `problem`.',
      consumes: [csvType],
      streams: 'text/event-stream',
      example: {
        query: { dry_run: true },
        body: 'email,name,plan_name\njohn@example.com,John Doe,pro\njane.doe@example.com,Jane Doe,free\n',
      },
    },
    { input: importUsersInput, output: userImport },
    importAnswer,
  ),
  viaDomain(
    'GET /admin/users/export',
    'exportUsers',
    {
      summary: 'Export users',
      description:
        'Oldest first, with the filters of the list. `csv` is what an import takes, `json` an array of users.',
      produces: [csvType, jsonType],
      example: { query: { format: 'csv', plan_id: 'free' } },
    },
    { input: exportUsersInput, output: z.array(user) },
    async (ctx, input) => {
      const pages = await exportUsers(ctx, input);
      return input.format === 'csv'
        ? new StreamedAnswer(csvType, userFileText(pages), 'users.csv')
        : new StreamedAnswer(jsonType, jsonText(pages), 'users.json');
    },
  ),
];

async function* jsonText(pages: AsyncIterable<readonly User[]>): AsyncGenerator<string> {
  let before = '[';
  for await (const users of pages) {
    for (const one of users) {
      yield `${before}\n${JSON.stringify(toWire(user, one))}`;
      before = ',';
    }
  }
  yield before === '[' ? '[]\n' : '\n]\n';
}
