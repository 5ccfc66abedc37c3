import {
  createServiceKeyInput,
  id,
  listServiceKeysInput,
  serviceKey as serviceKeySchema,
  serviceScopes,
} from '@apigate/contract';
import type { Apigate, ServiceKey } from '@apigate/sdk';
import type { Command } from 'commander';
import { z } from 'zod';
import { confirm } from '../confirm.ts';
import { CommandError } from '../failure.ts';
import { list, text, time } from '../flags.ts';
import * as format from '../format.ts';
import type { View } from '../output.ts';
import { pageFlags } from '../page-flags.ts';
import { addNoun, addVerb } from '../verb.ts';

const serviceKeyView: View<ServiceKey> = {
  plural: 'service keys',
  schema: serviceKeySchema,
  columns: {
    Key: (key) => `${key.prefix}…${key.lastFour}`,
    Name: (key) => key.name,
    Status: (key) => format.state(key.status),
    Scopes: (key) => format.words(key.scopes),
    Expires: (key) => format.time(key.expiresAt),
    ID: (key) => key.id,
  },
  details: {
    Revoked: (key) => format.time(key.revokedAt),
    Created: (key) => format.time(key.createdAt),
  },
};

/** Here a service key may also be named by its name. */
const serviceKeyOfPerson = z.strictObject({ key: z.string().trim().min(1) });

/** `apigate service-keys …` */
export function addServiceKeys(program: Command): void {
  const serviceKeys = addNoun(
    program,
    'service-keys',
    'The secrets that programs call the control plane with',
  );

  addVerb(serviceKeys, {
    usage: 'list',
    about: 'List service keys, newest first; never their secrets',
    input: listServiceKeysInput,
    flags: pageFlags,
    examples: ['apigate service-keys list'],
    run: async ({ api, input, output }) =>
      output.page(await api.serviceKeys.list(input), serviceKeyView),
  });

  addVerb(serviceKeys, {
    usage: 'create',
    about: 'Create a service key and print it, this once',
    input: createServiceKeyInput,
    flags: {
      name: text('--name <name>', 'which program it is for'),
      scopes: list('--scopes <a,b>', serviceScopes.join(', ')),
      expiresAt: time('--expires <time>', 'when it stops: 2027-01-31 or 2027-01-31T18:00:00Z'),
    },
    examples: [
      'apigate service-keys create --name "Shop backend" --scopes users:write,keys:write',
      'apigate service-keys create --name verifier --scopes keys:verify --json | jq -r .key',
    ],
    run: async ({ api, input, output }) => {
      const { secret, ...key } = await api.serviceKeys.create(input);
      const columns = { Secret: () => secret, ...serviceKeyView.columns };
      output.item({ ...key, key: secret }, { columns, details: serviceKeyView.details });
      output.remark('Keep the secret now: it is not shown again.');
    },
  });

  addVerb(serviceKeys, {
    usage: 'revoke <key>',
    about: 'Stop a service key for good, by id or name',
    input: serviceKeyOfPerson,
    isDestructive: true,
    examples: ['apigate service-keys revoke "Shop backend"'],
    run: async ({ api, input, output, isAgreed }) => {
      const found = await findServiceKeyId(api, input.key);
      await confirm(`The service key ${input.key} stops at once and for good.`, isAgreed);
      const key = await api.serviceKeys.revoke(found);
      output.done(`The service key ${key.name} is revoked.`, key);
    },
  });
}

async function findServiceKeyId(api: Apigate, name: string): Promise<string> {
  if (id.safeParse(name).success) return name;
  for await (const key of api.serviceKeys.list({ limit: 200 })) {
    if (key.name === name) return key.id;
  }
  throw new CommandError('refused', `no service key called ${name}`);
}
