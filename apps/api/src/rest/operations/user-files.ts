import { exportUsersInput, importUsersInput, user, userImport, type User } from '@apigate/contract';
import { exportUsers, importUsers, userFileText } from '@apigate/domain';
import { z } from 'zod';
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
        'A CSV file in UTF-8, whose first line names its columns: `email`, and any of `name`, `plan_name`, `username`, `role`, `status`, `metadata` (a JSON object), `first_name`, `last_name`, `external_id`. One faulty row refuses the file, and `errors` tells each by its line; with `skip_faulty` such rows are left out. `dry_run` changes nothing and answers as the import would.',
      consumes: [csvType],
      example: {
        query: { dry_run: true },
        body: 'email,name,plan_name\njohn@example.com,John Doe,pro\njane.doe@example.com,Jane Doe,free\n',
      },
    },
    { input: importUsersInput, output: userImport },
    // What is left of a refused file is read on and thrown away, so that the sender gets the answer.
    (ctx, input) => importUsers(ctx, input, ctx.req.iterator({ destroyOnReturn: false })),
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
