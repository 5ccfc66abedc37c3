import {
  bulkUsersAction,
  bulkUsersInput,
  createUserInput,
  exportUsersInput,
  importUsersInput,
  listUsersInput,
  setUserPasswordInput,
  suspendUserInput,
  updateUserInput,
  user as userSchema,
  userFileFormat,
  userRef,
  userRole,
  userSort,
  userStatus,
} from '@apigate/contract';
import type { BulkUsersResult, UsageSummary, User } from '@apigate/sdk';
import type { Command } from 'commander';
import { z } from 'zod';
import { confirm, requireSomebody } from '../confirm.ts';
import { CommandError } from '../failure.ts';
import { type Flags, json, list, number, oneOf, text, time as timeFlag, yesNo } from '../flags.ts';
import { count, orDash, pairs, state, time } from '../format.ts';
import type { View } from '../output.ts';
import { pageFlags } from '../page-flags.ts';
import { endTelling, tellImport, tellShare, withBytesTold } from '../progress.ts';
import { ask, askSecret, isInteractive } from '../prompt.ts';
import { streamOut, streamToFile } from '../stream-out.ts';
import { openUpload } from '../upload.ts';
import { addNoun, addVerb, requireChanges } from '../verb.ts';

const userView: View<User> = {
  plural: 'users',
  schema: userSchema,
  columns: {
    Email: (user) => user.email,
    Name: (user) => orDash(user.name),
    Plan: (user) => user.plan.name,
    Status: (user) => state(user.status),
    Role: (user) => user.role,
    'Last login': (user) => time(user.lastLoginAt),
    ID: (user) => user.id,
  },
  details: {
    'External ID': (user) => orDash(user.externalId),
    Username: (user) => orDash(user.username),
    'First name': (user) => orDash(user.firstName),
    'Last name': (user) => orDash(user.lastName),
    Metadata: (user) => pairs(user.metadata),
    Verified: (user) => time(user.emailVerifiedAt),
    'Suspended for': (user) => orDash(user.suspendedReason),
    'Stripe customer': (user) => orDash(user.stripeCustomerId),
    'Paddle customer': (user) => orDash(user.paddleCustomerId),
    'Lemon Squeezy customer': (user) => orDash(user.lemonSqueezyCustomerId),
    Created: (user) => time(user.createdAt),
    Updated: (user) => time(user.updatedAt),
  },
};

const statsView = {
  columns: {
    User: ({ user }: UsageSummary) => user.email,
    'Requests this month': (usage: UsageSummary) => count(usage.requests),
    'Quota used': ({ quota }: UsageSummary) =>
      quota.percent === null ? 'unlimited' : `${quota.percent} %`,
    Keys: (usage: UsageSummary) => count(usage.keyCount),
    'Last active': (usage: UsageSummary) => time(usage.lastActiveAt),
  },
  details: {},
};

const profileFlags = {
  email: text('--email <address>', 'e-mail address'),
  name: text('--name <name>', 'display name'),
  username: text('--username <username>', 'a unique name to be found by'),
  firstName: text('--first-name <name>', 'first name'),
  lastName: text('--last-name <name>', 'last name'),
  plan: text('--plan <plan>', 'slug, name or id of a plan'),
  role: oneOf('--role <role>', userRole.options),
  externalId: text('--id <id>', 'your own id for the user, good wherever an id is'),
  metadata: json('--metadata <json>', 'data of your own; goes upstream as X-User-Meta-* headers'),
  stripeCustomerId: text('--stripe-customer-id <id>', 'customer at Stripe'),
  paddleCustomerId: text('--paddle-customer-id <id>', 'customer at Paddle'),
  lemonSqueezyCustomerId: text('--lemon-squeezy-customer-id <id>', 'customer at Lemon Squeezy'),
} satisfies Flags<typeof updateUserInput>;

const filterFlags = {
  q: text('--q <text>', 'part of an address, name, username or external id'),
  plan: text('--plan <plan>', 'slug, name or id of a plan'),
  status: oneOf('--status <status>', userStatus.options),
  role: oneOf('--role <role>', userRole.options),
  inactiveDays: number(
    '--inactive-days <n>',
    'no request for that many days; who never sent one counts from the creation',
  ),
  createdAfter: timeFlag('--created-after <time>', 'after 2027-01-31 or 2027-01-31T18:00:00Z'),
  metadata: json('--metadata <json>', 'entries that the metadata must hold'),
  filter: text('--filter <expression>', 'on the usage of this month: quota_percent > 80'),
};

/** Who is meant, what is done to them, and the plan that they move to, whose flag cannot be `--plan` as well. */
const bulkInput = z.strictObject({
  ...bulkUsersInput.shape.where.unwrap().shape,
  ...bulkUsersInput.pick({ action: true, reason: true, dryRun: true }).shape,
  users: bulkUsersInput.shape.users,
  to: bulkUsersInput.shape.plan,
});

/** `apigate users …` */
export function addUsers(program: Command): void {
  const users = addNoun(program, 'users', 'The people and organizations who call your API');

  addVerb(users, {
    usage: 'list',
    about: 'List users, newest first',
    input: listUsersInput,
    flags: {
      ...filterFlags,
      sort: oneOf('--sort <field>', userSort.options),
      order: oneOf('--order <order>', ['asc', 'desc']),
      ...pageFlags,
    },
    examples: [
      'apigate users list --plan pro --sort name',
      'apigate users list --status active --csv',
      'apigate users list --inactive-days 30',
      `apigate users list --metadata '{"industry": "fintech"}'`,
    ],
    run: async ({ api, input, output }) => output.page(await api.users.list(input), userView),
  });

  addVerb(users, {
    usage: 'get <user>',
    about: 'Show a user, by id, e-mail address, username or external id',
    input: userRef,
    examples: ['apigate users get jane@example.com'],
    run: async ({ api, input, output }) => output.item(await api.users.get(input.user), userView),
  });

  addVerb(users, {
    usage: 'stats <user>',
    about: "Show a user's month: requests, quota, keys, last request",
    input: userRef,
    examples: ['apigate users stats jane@example.com'],
    run: async ({ api, input, output }) =>
      output.item(await api.usage.summary(input.user), statsView),
  });

  addVerb(users, {
    usage: 'create',
    about: 'Create a user',
    input: createUserInput,
    flags: {
      ...profileFlags,
      status: oneOf('--status <status>', userStatus.options),
      password: text('--password <password>', 'without one, the user cannot sign in yet'),
    },
    examples: [
      'apigate users create --email customer@example.com --name "Acme Corp" --plan free',
      'apigate users create --email admin@company.com --role admin',
    ],
    run: async ({ api, input, output }) => output.item(await api.users.create(input), userView),
  });

  addVerb(users, {
    usage: 'update <user>',
    about: 'Change a user; an empty value clears a field, --metadata replaces all of it',
    input: updateUserInput,
    flags: profileFlags,
    examples: [
      'apigate users update jane@example.com --plan pro',
      `apigate users update jane@example.com --metadata '{"company_size": "10-50"}'`,
    ],
    run: async ({ api, input: { user, ...changes }, output }) => {
      requireChanges(changes, profileFlags);
      output.item(await api.users.update(user, changes), userView);
    },
  });

  addVerb(users, {
    usage: 'import <file>',
    about:
      'Create the users of a CSV file: all of them or, where a row is faulty, none; - reads stdin',
    input: importUsersInput.extend({ file: z.string().min(1) }),
    flags: {
      dryRun: yesNo('--dry-run [boolean]', 'check all of it and change nothing'),
      skipFaulty: yesNo('--skip-faulty [boolean]', 'leave faulty rows out'),
    },
    examples: [
      'apigate users import users.csv --dry-run',
      'apigate users import users.csv',
      'apigate users import users.csv --skip-faulty --json',
    ],
    run: async ({ api, input: { file, ...options }, output }) => {
      await using upload = await openUpload(file);
      const report = await api.users
        .import(upload.content, options, tellImport)
        .finally(endTelling);
      const { imported, skipped, faults } = report;
      const left = skipped === 0 ? '' : `, ${count(skipped)} faulty rows left out`;
      output.done(
        options.dryRun
          ? `${count(imported)} users would be imported${left}. Nothing was changed.`
          : `${count(imported)} users imported${left}.`,
        report,
      );
      output.section(
        'Left out',
        faults.map(({ line, field, message }) => ({
          Line: String(line),
          Column: orDash(field),
          Why: message,
        })),
      );
    },
  });

  addVerb(users, {
    usage: 'export',
    about: 'Print every user, oldest first, for a file; the CSV is one that import takes',
    input: exportUsersInput.extend({ output: z.string().min(1).optional() }),
    flags: {
      ...filterFlags,
      format: oneOf('--format <format>', userFileFormat.options),
      output: text('--output <file>', 'write to this file instead of stdout'),
    },
    examples: [
      'apigate users export --format csv > users.csv',
      'apigate users export --format json --output users.json',
      'apigate users export --plan pro --status active',
    ],
    run: async ({ api, input: { output: file, ...input }, output }) => {
      const format = output.format === 'table' ? input.format : output.format;
      const users = api.users.export({ ...input, format });
      const parts = withBytesTold(users, file === undefined);
      await (file === undefined ? streamOut(parts) : streamToFile(parts, file));
    },
  });

  addVerb(users, {
    usage: 'suspend <user>',
    about: 'Stop a user: no sign-in, and every key is refused at once',
    input: suspendUserInput,
    flags: { reason: text('--reason <reason>', 'why; admins see it') },
    examples: ['apigate users suspend jane@example.com --reason "unpaid invoice"'],
    run: async ({ api, input, output }) => {
      const user = await api.users.suspend(input.user, { reason: input.reason });
      output.done(`${user.email} is suspended; "apigate users activate" undoes it.`, user);
    },
  });

  addVerb(users, {
    usage: 'activate <user>',
    about: 'Let a suspended or pending user in again',
    input: userRef,
    examples: ['apigate users activate jane@example.com'],
    run: async ({ api, input, output }) => {
      const user = await api.users.activate(input.user);
      output.done(`${user.email} is active.`, user);
    },
  });

  addVerb(users, {
    usage: 'verify <user>',
    about: "Take a user's e-mail address as verified",
    input: userRef,
    examples: ['apigate users verify jane@example.com'],
    run: async ({ api, input, output }) => {
      const user = await api.users.verify(input.user);
      output.done(`${user.email} is verified.`, user);
    },
  });

  addVerb(users, {
    usage: 'bulk <action>',
    about: `${bulkUsersAction.options.join(', ')}: does it to users who are named, or to all whom the filters leave`,
    input: bulkInput,
    flags: {
      users: list('--users <users>', 'by name, in place of filters: jane@example.com,john'),
      ...filterFlags,
      reason: text('--reason <reason>', 'why, of suspend; admins see it'),
      to: text('--to <plan>', 'the new plan, of change_plan'),
      dryRun: yesNo('--dry-run [boolean]', 'tell what would become of whom and change nothing'),
    },
    isDestructive: true,
    examples: [
      'apigate users bulk suspend --plan free --inactive-days 90 --dry-run',
      'apigate users bulk change_plan --to pro --filter "quota_percent > 80" --yes',
      'apigate users bulk restore --status suspended',
    ],
    run: async ({ api, input, output, isAgreed }) => {
      const { action, reason, to: plan, dryRun, users: named, ...where } = input;
      if (named !== undefined && Object.keys(where).length > 0) {
        throw new CommandError('usage', 'name users with --users, or describe them, one of both');
      }
      const deed = { action, ...(plan !== undefined && { plan }) };
      const meant = named === undefined ? { where } : { users: named };
      const told = await api.users.bulk({ ...deed, ...meant, dryRun: true });
      if (dryRun) {
        output.done(`${action}: ${sumOf(told)}. Nothing was changed.`, told);
        output.section('Left alone', skippedRows(told));
        return;
      }
      const ids = told.users.flatMap(({ user, skipped }) =>
        user !== null && skipped === null ? [user.id] : [],
      );
      if (ids.length > 0) await confirm(`${action}: ${sumOf(told)}.`, isAgreed);
      const done: BulkUsersResult = { ...told, dryRun, done: 0 };
      done.users = told.users.filter(({ skipped }) => skipped !== null);
      for (let at = 0; at < ids.length; at += bulkAtOnce) {
        const part = ids.slice(at, at + bulkAtOnce);
        const answer = await api.users.bulk({
          ...deed,
          users: part,
          ...(reason !== undefined && { reason }),
        });
        done.users = [...done.users, ...answer.users];
        done.done += answer.done;
        done.skipped += answer.skipped;
        tellShare(at + part.length, ids.length, 'users');
      }
      output.done(`${action}: ${sumOf(done)}.`, done);
      output.section('Left alone', skippedRows(done));
    },
  });

  addVerb(users, {
    usage: 'set-password <user>',
    about: 'Set a password and end the sessions of the user; asks for it when it is not given',
    input: setUserPasswordInput.partial({ password: true }),
    flags: { password: text('--password <password>', 'the new password') },
    examples: ['apigate users set-password jane@example.com'],
    run: async ({ api, input, output }) => {
      const password = input.password ?? (await askNewPassword());
      const user = await api.users.setPassword(input.user, password);
      output.done(`${user.email} has a new password.`, user);
    },
  });

  addVerb(users, {
    usage: 'reset-second-factor <user>',
    about: 'Take away a second factor that its owner has lost, and end the sessions of the user',
    input: userRef,
    examples: ['apigate users reset-second-factor jane@example.com'],
    run: async ({ api, input, output }) => {
      const user = await api.users.resetSecondFactor(input.user);
      output.done(`${user.email} signs in with the password alone.`, user);
    },
  });

  addVerb(users, {
    usage: 'delete <user>',
    about: 'Delete a user, for good',
    input: userRef,
    isDestructive: true,
    examples: ['apigate users delete jane@example.com'],
    run: async ({ api, input, output, isAgreed }) => {
      if (!isAgreed) {
        requireSomebody();
        const user = await api.users.get(input.user);
        if ((await askAboutDeletion(user.email)) === 'suspend') {
          const suspended = await api.users.suspend(user.id);
          output.done(`${user.email} is suspended, not deleted.`, suspended);
          return;
        }
      }
      const deleted = await api.users.delete(input.user);
      output.done(`${input.user} is deleted.`, deleted);
    },
  });
}

/** So few that one sees how far it is. */
const bulkAtOnce = 50;

function sumOf({ done, skipped }: BulkUsersResult): string {
  const users = `${count(done)} ${done === 1 ? 'user' : 'users'}`;
  return skipped === 0 ? users : `${users}, and ${count(skipped)} left alone`;
}

function skippedRows({ users }: BulkUsersResult): Record<string, string>[] {
  return users.flatMap(({ ref, user, skipped }) =>
    skipped === null ? [] : [{ User: user?.email ?? ref, Why: skipped.message }],
  );
}

async function askNewPassword(): Promise<string> {
  if (!isInteractive()) throw new CommandError('usage', 'give the new password with --password');
  return await askSecret('New password: ');
}

/** Names the consequences, and offers what can be undone first. */
async function askAboutDeletion(email: string): Promise<'suspend' | 'delete'> {
  const answer = await ask(`Deleting ${email} is final:
  - every API key is revoked and stops at once
  - the usage history is removed
  - sessions end
  - the audit log stays, with a digest in place of the address
Suspending stops the user and the keys as well, and can be undone.
Type "suspend" or "delete"; anything else leaves it as it is: `);
  const choice = answer.trim().toLowerCase();
  if (choice === 'suspend' || choice === 'delete') return choice;
  throw new CommandError('refused', 'cancelled, nothing was changed');
}
