import { found, searchInput } from '@apigate/contract';
import type { Found } from '@apigate/sdk';
import type { Command } from 'commander';
import { number } from '../flags.ts';
import { orDash } from '../format.ts';
import type { View } from '../output.ts';
import { addVerb } from '../verb.ts';

const foundView: View<Found> = {
  plural: 'things that fit',
  schema: found,
  columns: {
    Kind: ({ kind }) => kind,
    What: ({ title }) => title,
    Which: ({ detail }) => orDash(detail),
    Status: ({ status }) => orDash(status),
    User: ({ user }) => orDash(user?.email),
    ID: ({ id }) => id,
  },
  details: {},
};

/** `apigate search` */
export function addSearch(program: Command): void {
  addVerb(program, {
    usage: 'search <q>',
    about: 'Find anything by name, address, key or id',
    input: searchInput,
    flags: { limit: number('--limit <n>', 'how many of each kind') },
    examples: ['apigate search acme', 'apigate search ak_7Hq2…F702', 'apigate search smtp'],
    run: async ({ api, input: { q, ...options }, output }) => {
      const { data } = await api.search.find(q, options);
      output.page({ data, hasMore: false, nextCursor: null }, foundView);
    },
  });
}
