import {
  accessRecord,
  auditEvent as auditSchema,
  auditRef,
  listAccessInput,
  listAuditInput,
} from '@apigate/contract';
import type { AccessRecord, AuditEvent, AuditVerdict } from '@apigate/sdk';
import type { Command } from 'commander';
import { z } from 'zod';
import { auditFormats, auditText, logLine } from '../audit-text.ts';
import { CommandError } from '../failure.ts';
import { oneOf, text, time } from '../flags.ts';
import { count, orDash, second, yesNo } from '../format.ts';
import type { View } from '../output.ts';
import { pageFlags } from '../page-flags.ts';
import { withProgress } from '../progress.ts';
import { streamOut } from '../stream-out.ts';
import { addNoun, addVerb } from '../verb.ts';

const eventView: View<AuditEvent> = {
  plural: 'events',
  schema: auditSchema,
  columns: {
    At: (event) => `${second(event.at)}Z`,
    Who: ({ actor }) => actor.label ?? actor.id ?? actor.kind,
    Action: (event) => event.action,
    'To what': ({ target }) => orDash(target?.label ?? target?.id),
    From: (event) => orDash(event.ip),
    'Request ID': (event) => orDash(event.requestId),
  },
  details: {
    With: (event) => orDash(event.userAgent),
    Before: ({ before }) => orDash(before && JSON.stringify(before)),
    After: ({ after }) => orDash(after && JSON.stringify(after)),
    ID: (event) => event.id,
  },
};

const accessView: View<AccessRecord> = {
  plural: 'requests',
  schema: accessRecord,
  columns: {
    At: (record) => record.timestamp.toISOString(),
    Who: (record) => orDash(record.userEmail ?? record.serviceKey?.name),
    Method: (record) => record.method,
    Endpoint: (record) => record.endpoint,
    Query: (record) => orDash(record.query),
    Status: (record) => String(record.statusCode),
    Took: (record) => `${count(record.responseTime)} ms`,
    From: (record) => orDash(record.ip),
    'Request ID': (record) => record.requestId,
  },
  details: {},
};

const verdictView = {
  columns: {
    Intact: (verdict: AuditVerdict) => yesNo(verdict.intact),
    'Events checked': (verdict: AuditVerdict) => count(verdict.events),
  },
  details: {},
};

const filterFlags = {
  action: text('--action <action>', 'such as auth.signed_in or users.suspended'),
  user: text('--user <user>', 'who did it or to whom it was done'),
  target: text('--target <id>', 'id of what it was done to, or the name of a setting'),
  since: time('--since <time>', 'from 2027-01-31 or 2027-01-31T18:00:00Z on'),
  until: time('--until <time>', 'before that time'),
};

/** `apigate audit …` */
export function addAudit(program: Command): void {
  const audit = addNoun(program, 'audit', 'Who did what, and who called the control plane');

  addVerb(audit, {
    usage: 'list',
    about: 'List deeds, newest first',
    input: listAuditInput.extend({ format: z.literal('log').optional() }),
    flags: {
      ...filterFlags,
      format: oneOf('--format <format>', ['log: a line of text for each']),
      ...pageFlags,
    },
    examples: [
      'apigate audit list --user jane@example.com --since 2027-01-31',
      'apigate audit list --action auth.sign_in_failed --csv',
      'apigate audit list --format log',
    ],
    run: async ({ api, input: { format, ...filter }, output }) => {
      const page = await api.audit.list(filter);
      if (format === undefined) return output.page(page, eventView);
      for (const event of page.data) process.stdout.write(logLine(event));
      if (page.nextCursor !== null) output.remark(`There are more: --cursor ${page.nextCursor}`);
    },
  });

  addVerb(audit, {
    usage: 'get <event>',
    about: 'Show a deed with what it changed, by its id',
    input: auditRef,
    examples: ['apigate audit get 01a1ffd9-6de9-73cf-9836-5618d3cefc0c'],
    run: async ({ api, input, output }) => output.item(await api.audit.get(input.event), eventView),
  });

  addVerb(audit, {
    usage: 'export',
    about: 'Print every deed, oldest first, for a file',
    input: listAuditInput
      .omit({ limit: true, cursor: true, order: true })
      .extend({ format: z.enum(auditFormats).default('json') }),
    flags: { ...filterFlags, format: oneOf('--format <format>', auditFormats) },
    examples: [
      'apigate audit export --format csv > audit.csv',
      'apigate audit export --format log --since 2027-01-01 --until 2027-02-01 > january.log',
    ],
    run: async ({ api, input: { format, ...filter }, output }) => {
      const events = api.audit.list({ ...filter, order: 'oldest', limit: 200 });
      const asked = output.format === 'table' ? format : output.format;
      await streamOut(auditText(asked, withProgress(events, eventView.plural)));
    },
  });

  addVerb(audit, {
    usage: 'access',
    about: 'List requests to the control plane, newest first',
    input: listAccessInput,
    flags: { user: text('--user <user>', 'who called'), ...pageFlags },
    examples: ['apigate audit access --user jane@example.com'],
    run: async ({ api, input, output }) => output.page(await api.audit.access(input), accessView),
  });

  addVerb(audit, {
    usage: 'verify',
    about: 'Check that the log is as it was written; ends with 1 where it is not',
    input: z.strictObject({}),
    examples: ['apigate audit verify'],
    run: async ({ api, output }) => {
      const verdict = await api.audit.verify();
      output.item(verdict, verdictView);
      if (verdict.intact) return;
      const { seq, reason } = verdict.brokenAt ?? { seq: '?', reason: 'unknown' };
      throw new CommandError('refused', `the audit log is broken at event ${seq}: ${reason}`);
    },
  });
}
