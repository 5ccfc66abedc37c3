import { alertsInput, updateAlertsInput } from '@apigate/contract';
import type { Alerts } from '@apigate/sdk';
import type { Command } from 'commander';
import { list, text, yesNo, type Flag } from '../flags.ts';
import { count, time, words, yesNo as yesOrNo } from '../format.ts';
import { addNoun, addVerb, requireChanges } from '../verb.ts';

const percents = (all: readonly number[]) => words(all.map((percent) => `${percent} %`));

const alertsView = {
  columns: {
    'At shares used': ({ quotaPercents }: Alerts) => percents(quotaPercents),
    'At shares forecast': ({ forecastPercents }: Alerts) => percents(forecastPercents),
    'By mail': ({ email }: Alerts) => yesOrNo(email),
    'Told of': ({ raised }: Alerts) =>
      words(
        raised.map(
          ({ measure, percent, units, limit, at }) =>
            `${percent} % ${measure === 'quota' ? 'used' : 'forecast'} (${count(units)} of ${count(limit)}) ${time(at)}`,
        ),
      ),
  },
  details: {},
};

const user = text('--user <user>', 'id, e-mail, username or external id; left out, your own');

/** Numbers with commas between them. */
function numbers(usage: string, about: string): Flag {
  const words = list(usage, about);
  return { ...words, read: (typed) => [words.read(typed)].flat().map(Number) };
}

const changes = {
  quotaPercents: numbers('--quota <percents>', 'shares used, such as 80,100'),
  forecastPercents: numbers('--forecast <percents>', 'shares expected by the end of the month'),
  email: yesNo('--email <true|false>', 'by mail too'),
};

/** `apigate alerts …` */
export function addAlerts(program: Command): void {
  const alerts = addNoun(program, 'alerts', 'When users are told of their quota');

  addVerb(alerts, {
    usage: 'show',
    about: 'Show at which shares a user is told, and of which they were in this period',
    input: alertsInput,
    flags: { user },
    examples: ['apigate alerts show', 'apigate alerts show --user jane@example.com'],
    run: async ({ api, input, output }) =>
      output.item(await api.alerts.get(input.user), alertsView),
  });

  addVerb(alerts, {
    usage: 'set',
    about: 'Change them',
    input: updateAlertsInput,
    flags: { user, ...changes },
    examples: [
      'apigate alerts set --quota 50,80,100 --forecast 100',
      'apigate alerts set --user jane@example.com --email false',
    ],
    run: async ({ api, input: { user: of, ...given }, output }) => {
      const set = requireChanges(given, changes);
      output.item(
        await api.alerts.update({ ...(of !== undefined && { user: of }), ...set }),
        alertsView,
      );
    },
  });
}
