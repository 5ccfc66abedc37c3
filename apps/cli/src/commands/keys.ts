import {
  createKeyInput,
  key as keySchema,
  keyKind,
  keySort,
  keyStatus,
  listKeysInput,
  rotateKeyInput,
  updateKeyInput,
} from '@apigate/contract';
import type { Key, KeyRotationInUse } from '@apigate/sdk';
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
    Key: (key) => key.keyId ?? `${key.prefix}…${key.lastFour}`,
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
    'Replaced by': (key) => format.orDash(key.replacedBy),
    'Works beside it until': (key) => format.time(key.graceUntil),
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

const chosenFlags = {
  keyId: text('--key-id <id>', 'chosen name of a credential of the kind basic'),
  keySecret: text('--key-secret <secret>', 'its chosen secret'),
};

const rotationView = {
  columns: {
    'Under way': (rotation: KeyRotationInUse) => format.yesNo(rotation.isUnderWay),
    'Old key': ({ old }: KeyRotationInUse) => `${keyView.columns['Key']?.(old)} ${old.id}`,
    'New key': ({ successor }: KeyRotationInUse) =>
      `${keyView.columns['Key']?.(successor)} ${successor.id}`,
    'Old key works until': ({ old }: KeyRotationInUse) => format.time(old.graceUntil),
    Began: ({ startedAt }: KeyRotationInUse) => format.time(startedAt),
    'Calls with the old key': ({ use }: KeyRotationInUse) => format.count(use.calls),
    'Last of them': ({ use }: KeyRotationInUse) => format.time(use.lastCallAt),
    'From addresses': ({ use }: KeyRotationInUse) => format.count(use.addresses),
    'With programs': ({ use }: KeyRotationInUse) => format.count(use.userAgents),
  },
  details: {},
};

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
      kind: oneOf('--kind <kind>', keyKind.options),
      q: text('--q <text>', 'part of a name, or the prefix or last four characters of a key'),
      prefix: text('--prefix <text>', 'what a key starts with, such as ak_7Hq2'),
      lastFour: text('--last-four <text>', 'what a key ends with'),
      expiresWithinDays: number('--expires-within-days <n>', 'that work and expire within n days'),
      unusedDays: number('--unused-days <n>', 'that work and were not used for n days'),
      sort: oneOf('--sort <field>', keySort.options),
      order: oneOf('--order <order>', ['asc', 'desc']),
      ...pageFlags,
    },
    examples: [
      'apigate keys list --user jane@example.com',
      'apigate keys list --prefix ak_7Hq2',
      'apigate keys list --unused-days 90 --sort last_used_at --order asc',
    ],
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
      kind: oneOf('--kind <kind>', keyKind.options),
      ...chosenFlags,
      ...settingFlags,
    },
    examples: [
      'apigate keys create --user jane@example.com --name production',
      'apigate keys create --user jane@example.com --name ci --scopes reports:read --expires 2027-01-31',
      'apigate keys create --user jane@example.com --name production --json | jq -r .key',
      'apigate keys create --user jane@example.com --name shop --kind basic --key-id shop-1 --key-secret s3cret',
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

  addVerb(keys, {
    usage: 'rotate <key>',
    about: 'Put a successor in the place of a key; both work for a while',
    input: rotateKeyInput.safeExtend(keyOfPerson.shape),
    flags: {
      overlapSeconds: number(
        '--overlap <seconds>',
        'how long the old one goes on, a day unless told; 0 stops it at once',
      ),
      ...chosenFlags,
    },
    examples: ['apigate keys rotate ak_7Hq2', 'apigate keys rotate ak_7Hq2 --overlap 3600'],
    run: async ({ api, input: { key, ...options }, output }) => {
      const { old, successor } = await api.keys.rotate(await findKeyId(api, key), options);
      const { secret, ...made } = successor;
      const secretFirst = { columns: { Secret: () => secret, ...keyView.columns } };
      output.item({ ...made, key: secret, old }, { ...secretFirst, details: keyView.details });
      output.remark('Keep the secret now: it is not shown again.');
      output.remark(`The old key works until ${format.time(old.graceUntil)}.`);
    },
  });

  addVerb(keys, {
    usage: 'rotation <key>',
    about: 'Show a rotation and who still calls with the old key, by either of its keys',
    input: keyOfPerson,
    examples: ['apigate keys rotation ak_7Hq2'],
    run: async ({ api, input, output }) => {
      const rotation = await api.keys.rotation(await findKeyId(api, input.key));
      output.item(rotation, rotationView);
      output.section(
        'Called with the old key',
        rotation.use.callers.map((caller) => ({
          From: format.orDash(caller.ip),
          With: format.orDash(caller.userAgent),
          Calls: format.count(caller.calls),
          'Last call': format.time(caller.lastCallAt),
        })),
      );
    },
  });

  for (const { verb, about, end, told } of [
    {
      verb: 'cancel-rotation',
      about: 'Go back to the old key; its successor is revoked',
      end: 'cancelRotation',
      told: 'goes on, and its successor is revoked',
    },
    {
      verb: 'finish-rotation',
      about: 'Stop the old key of a rotation now',
      end: 'finishRotation',
      told: 'has stopped, and its successor has taken over',
    },
  ] as const) {
    addVerb(keys, {
      usage: `${verb} <key>`,
      about,
      input: keyOfPerson,
      isDestructive: true,
      examples: [`apigate keys ${verb} ak_7Hq2`],
      run: async ({ api, input, output, isAgreed }) => {
        const id = await findKeyId(api, input.key);
        const stops = end === 'cancelRotation' ? 'successor of the key' : 'old key behind';
        await confirm(`The ${stops} ${input.key} stops at once and for good.`, isAgreed);
        const rotation = await api.keys[end](id);
        output.done(
          `The key ${rotation.old.name} of ${rotation.old.user.email} ${told}.`,
          rotation,
        );
      },
    });
  }

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
