import {
  explainUsageInput,
  exportUsageInput,
  fileText,
  fileFormats,
  listUsageEventsInput,
  snakeCase,
  tailUsageInput,
  usageEvent,
  usageOutcomes,
  usageSummaryInput,
} from '@apigate/contract';
import type {
  Apigate,
  RefusalExplanation,
  RequestForecast,
  UsageEvent,
  UsageSummary,
} from '@apigate/sdk';
import type { Command } from 'commander';
import { z } from 'zod';
import { findKeyId } from '../find-key-id.ts';
import { oneOf, text, time, yesNo } from '../flags.ts';
import * as format from '../format.ts';
import type { View } from '../output.ts';
import { pageFlags } from '../page-flags.ts';
import { withProgress } from '../progress.ts';
import { streamOut } from '../stream-out.ts';
import { addNoun, addVerb } from '../verb.ts';

const eventView: View<UsageEvent> = {
  plural: 'requests',
  schema: usageEvent,
  columns: {
    At: (event) => event.at.toISOString(),
    User: (event) => format.orDash(event.user?.email),
    Key: (event) => format.orDash(event.key?.name),
    Method: (event) => event.method,
    Path: (event) => event.path,
    Status: (event) => String(event.status),
    Refused: (event) => format.orDash(event.refusalCode),
    Units: (event) => format.count(event.units),
    Latency: (event) => `${event.latencyMs.toFixed(1)} ms`,
    'Request ID': (event) => event.id,
  },
  details: {},
};

const summaryView = {
  columns: {
    User: (usage: UsageSummary) => usage.user.email,
    Period: ({ quota }: UsageSummary) =>
      `${format.time(quota.periodStart)} to ${format.time(quota.periodEnd)}`,
    Requests: (usage: UsageSummary) => format.count(usage.requests),
    'Quota used': ({ quota }: UsageSummary) =>
      `${format.count(quota.used)} of ${format.limit(quota.limit)}${quota.percent === null ? '' : ` (${quota.percent} %)`}`,
    Outcomes: ({ outcomes }: UsageSummary) =>
      format.words(Object.entries(outcomes).map(([name, n]) => `${format.count(n)} ${name}`)),
    'Bytes in': (usage: UsageSummary) => format.bytes(usage.bytesIn),
    'Bytes out': (usage: UsageSummary) => format.bytes(usage.bytesOut),
    Keys: (usage: UsageSummary) => format.count(usage.keyCount),
    'Last active': (usage: UsageSummary) => format.time(usage.lastActiveAt),
  },
  details: {},
};

const explanationView = {
  columns: {
    Request: ({ event }: RefusalExplanation) => `${event.method} ${event.path}`,
    At: ({ event }: RefusalExplanation) => event.at.toISOString(),
    User: ({ event }: RefusalExplanation) => format.orDash(event.user?.email),
    Key: ({ event }: RefusalExplanation) => format.orDash(event.key?.name),
    Status: ({ event }: RefusalExplanation) => String(event.status),
    Refused: ({ event }: RefusalExplanation) => format.orDash(event.refusalCode),
    Today: ({ today }: RefusalExplanation) => format.orDash(today && forecastText(today)),
  },
  details: {},
};

/** What would become of a request now. */
function forecastText({ status, code }: RequestForecast): string {
  return code === null ? 'would pass' : `would be refused: ${status} ${code}`;
}

const tailFlags = {
  user: text('--user <user>', 'id, e-mail address, username or external id'),
  key: text('--key <key>', 'id, prefix or last four characters of a key'),
  route: text('--route <id>', 'id of a route'),
  outcome: oneOf('--outcome <outcome>', usageOutcomes),
  refused: yesNo('--refused [boolean]', 'only those that the proxy refused'),
  filter: text('--filter <expression>', `of users such as 'quota_percent > 80 and plan = "free"'`),
};

const filterFlags = {
  ...tailFlags,
  since: time('--since <time>', 'from 2027-01-31 or 2027-01-31T18:00:00Z on'),
  until: time('--until <time>', 'before that time'),
};

/** On the command line a key goes by more names than its id. */
const namedKey = { key: z.string().trim().min(1).optional() };

async function ofKey(api: Apigate, name: string | undefined): Promise<{ key?: string }> {
  return name === undefined ? {} : { key: await findKeyId(api, name) };
}

/** A line for each request; what a stranger typed does not steer the terminal. */
async function* tailText(
  events: AsyncIterable<UsageEvent>,
  isJson: boolean,
): AsyncGenerator<string> {
  for await (const event of events) {
    const { at, status, method, path, refusalCode, latencyMs, user } = event;
    const words = [
      at.toISOString(),
      String(status),
      method,
      path,
      refusalCode ?? `${latencyMs.toFixed(1)} ms`,
      format.orDash(user?.email),
    ];
    const line = isJson ? JSON.stringify(snakeCase(event)) : words.join('  ');
    yield `${line.replaceAll(/\p{Cc}/gu, '\u{FFFD}')}\n`;
  }
}

/** What a decision has to say where it holds no rules. */
function withoutRules({ event }: RefusalExplanation): string {
  return event.refusalCode === null
    ? 'The proxy did not refuse this request.'
    : 'It was refused before a key was known, so no rules of a key were looked at.';
}

/** `apigate usage …` */
export function addUsage(program: Command): void {
  const usage = addNoun(program, 'usage', 'What went through the proxy');

  addVerb(usage, {
    usage: 'show [user]',
    about: "Show a user's running period: requests, quota, by day, key and route",
    input: usageSummaryInput,
    examples: ['apigate usage show jane@example.com'],
    run: async ({ api, input, output }) => {
      const summary = await api.usage.summary(input.user);
      output.item(summary, summaryView);
      const figures = ({ requests, units }: { requests: number; units: number }) => ({
        Requests: format.count(requests),
        Units: format.count(units),
      });
      output.section(
        'By day',
        summary.byDay.map((row) => ({ Day: row.day, ...figures(row) })),
      );
      output.section(
        'By key',
        summary.byKey.map((row) => ({ Key: row.key.name, ...figures(row) })),
      );
      output.section(
        'By route',
        summary.byRoute.map((row) => ({ Route: row.route.name, ...figures(row) })),
      );
    },
  });

  addVerb(usage, {
    usage: 'events',
    about: 'List requests, newest first',
    input: listUsageEventsInput.extend(namedKey),
    flags: { ...filterFlags, ...pageFlags },
    examples: [
      'apigate usage events --user jane@example.com --refused',
      'apigate usage events --csv',
    ],
    run: async ({ api, input: { key, ...filter }, output }) => {
      output.page(await api.usage.events({ ...filter, ...(await ofKey(api, key)) }), eventView);
    },
  });

  addVerb(usage, {
    usage: 'export',
    about: 'Print every request, newest first, for a file',
    input: exportUsageInput.extend(namedKey),
    flags: { ...filterFlags, format: oneOf('--format <format>', fileFormats) },
    examples: ['apigate usage export --user jane@example.com --format csv > requests.csv'],
    run: async ({ api, input: { key, format, ...filter }, output }) => {
      const events = api.usage.events({ ...filter, ...(await ofKey(api, key)), limit: 200 });
      const asked = output.format === 'table' ? format : output.format;
      await streamOut(fileText(asked, usageEvent, withProgress(events, eventView.plural)));
    },
  });

  addVerb(usage, {
    usage: 'tail',
    about: 'Print requests as they come, until Ctrl-C; with --json a line of JSON each',
    input: tailUsageInput.extend(namedKey),
    flags: tailFlags,
    examples: ['apigate usage tail', 'apigate usage tail --user jane@example.com --refused'],
    run: async ({ api, input: { key, ...filter }, output }) => {
      const events = api.usage.tail({ ...filter, ...(await ofKey(api, key)) });
      await streamOut(tailText(events, output.format === 'json'));
    },
  });

  addVerb(usage, {
    usage: 'explain <request>',
    about: 'Tell why a request was refused: each rule, its numbers, the one that decided',
    input: explainUsageInput,
    examples: ['apigate usage explain 01a1ffd9-738a-7060-9ce2-6c55bb0b0328'],
    run: async ({ api, input, output }) => {
      const explanation = await api.usage.explain(input.request);
      output.item(explanation, explanationView);
      if (explanation.steps === null) return output.remark(withoutRules(explanation));
      output.section(
        'Rules, in order',
        explanation.steps.map(({ rule, passed, detail }) => ({
          Verdict: passed ? 'passed' : '→ REFUSED',
          Rule: rule,
          'What was found': detail,
        })),
      );
    },
  });
}
