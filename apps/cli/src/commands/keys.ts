import {
  createKeyInput,
  key as keySchema,
  keyStatus,
  listKeysInput,
  updateKeyInput,
} from '@apigate/contract';
import type { Key } from '@apigate/sdk';
import type { Command } from 'commander';
import { z } from 'zod';
import { confirm } from '../confirm.ts';
import { findKeyId } from '../find-key-id.ts';
import { type Flags, list, number, oneOf, text, time } from '../flags.ts';
import * as format from '../format.ts';
import type { View } from '../output.ts';
import { pageFlags } from '../page-flags.ts';
import { addNoun, addVerb, requireChanges } from '../verb.ts';

const keyView: View<Key> = {
  plural: 'keys',
  schema: keySchema,
  columns: {
    Key: (key) => `${key.prefix}…${key.lastFour}`,
    Name: (key) => key.name,
    User: (key) => key.user.email,
    Status: (key) => format.state(key.status),
    Scopes: (key) => format.words(key.scopes),
    Expires: (key) => format.time(key.expiresAt),
    'Last used': (key) => format.time(key.lastUsedAt),
    ID: (key) => key.id,
  },
  details: {
    Kind: (key) => key.kind,
    'Allowed addresses': (key) => (key.allowedIps === null ? 'all' : format.words(key.allowedIps)),
    'Requests a minute': (key) =>
      key.rateLimitPerMinute === null ? 'as the plan' : format.count(key.rateLimitPerMinute),
    Revoked: (key) => format.time(key.revokedAt),
    Created: (key) => format.time(key.createdAt),
  },
};

/** Here a key may also be named by what a list shows of it. */
const keyOfPerson = z.strictObject({ key: z.string().trim().min(1) });

const settingFlags = {
  name: text('--name <name>', 'what it is for'),
  scopes: list('--scopes <a,b>', 'scopes that routes may require'),
  expiresAt: time('--expires <time>', 'when it stops: 2027-01-31 or 2027-01-31T18:00:00Z'),
  allowedIps: list('--allowed-ips <ranges>', 'addresses it may be used from, such as 10.0.0.0/8'),
  rateLimitPerMinute: number('--rate-limit <n>', "requests a minute, tighter than the plan's"),
} satisfies Flags<typeof updateKeyInput>;

/** `apigate keys …` */
export function addKeys(program: Command): void {
  const keys = addNoun(program, 'keys', 'The secrets that the proxy accepts');

  addVerb(keys, {
    usage: 'list',
    about: 'List keys, newest first; never their secrets',
    input: listKeysInput,
    flags: {
      user: text('--user <user>', 'id, e-mail address, username or external id'),
      status: oneOf('--status <status>', keyStatus.options),
      q: text('--q <text>', 'part of a name, or the prefix or last four characters of a key'),
      ...pageFlags,
    },
    isList: true,
    examples: ['apigate keys list --user jane@example.com'],
    run: async ({ api, input, output }) => output.page(await api.keys.list(input), keyView),
  });

  addVerb(keys, {
    usage: 'get <key>',
    about: 'Show a key, by id, prefix or last four characters',
    input: keyOfPerson,
    examples: ['apigate keys get ak_7Hq2'],
    run: async ({ api, input, output }) =>
      output.item(await api.keys.get(await findKeyId(api, input.key)), keyView),
  });

  addVerb(keys, {
    usage: 'create',
    about: 'Create a key and print it, this once',
    input: createKeyInput,
    flags: {
      user: text('--user <user>', "whose; without one, the caller's own"),
      ...settingFlags,
    },
    examples: [
      'apigate keys create --user jane@example.com --name production',
      'apigate keys create --user jane@example.com --name ci --scopes reports:read --expires 2027-01-31',
      'apigate keys create --user jane@example.com --name production --json | jq -r .key',
    ],
    run: async ({ api, input, output }) => {
      const { secret, ...key } = await api.keys.create(input);
      const secretFirst = { columns: { Secret: () => secret, ...keyView.columns } };
      output.item({ ...key, key: secret }, { ...secretFirst, details: keyView.details });
      output.remark('Keep the secret now: it is not shown again.');
    },
  });

  addVerb(keys, {
    usage: 'update <key>',
    about: 'Change a key; an empty value clears a field',
    input: updateKeyInput.extend(keyOfPerson.shape),
    flags: settingFlags,
    examples: ['apigate keys update ak_7Hq2 --allowed-ips 10.0.0.0/8,192.0.2.7'],
    run: async ({ api, input: { key, ...changes }, output }) => {
      requireChanges(changes, settingFlags);
      output.item(await api.keys.update(await findKeyId(api, key), changes), keyView);
    },
  });

  for (const enabled of [true, false]) {
    const verb = enabled ? 'enable' : 'disable';
    addVerb(keys, {
      usage: `${verb} <key>`,
      about: enabled ? 'Let a disabled key work again' : 'Stop a key until it is enabled again',
      input: keyOfPerson,
      examples: [`apigate keys ${verb} ak_7Hq2`],
      run: async ({ api, input, output }) => {
        const key = await api.keys.update(await findKeyId(api, input.key), { enabled });
        output.done(`The key ${key.name} of ${key.user.email} is ${verb}d.`, key);
      },
    });
  }

  addVerb(keys, {
    usage: 'revoke <key>',
    alias: 'delete',
    about: 'Stop a key for good',
    input: keyOfPerson,
    isDestructive: true,
    examples: ['apigate keys revoke ak_7Hq2'],
    run: async ({ api, input, output, isAgreed }) => {
      const id = await findKeyId(api, input.key);
      await confirm(`The key ${input.key} stops at once and for good.`, isAgreed);
      const key = await api.keys.revoke(id);
      output.done(`The key ${key.name} of ${key.user.email} is revoked.`, key);
    },
  });
}
