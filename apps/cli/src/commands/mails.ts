import {
  listMailsInput,
  mail as mailSchema,
  mailRef,
  mailStatus,
  mailTemplate,
} from '@apigate/contract';
import type { Mail } from '@apigate/sdk';
import type { Command } from 'commander';
import { oneOf } from '../flags.ts';
import { count, orDash, state, time } from '../format.ts';
import type { View } from '../output.ts';
import { pageFlags } from '../page-flags.ts';
import { addNoun, addVerb } from '../verb.ts';

const mailView: View<Mail> = {
  plural: 'mails',
  schema: mailSchema,
  columns: {
    Created: (mail) => time(mail.createdAt),
    To: (mail) => mail.to,
    Subject: (mail) => mail.subject,
    Status: (mail) => state(mail.status),
    Attempts: (mail) => count(mail.attempts),
    ID: (mail) => mail.id,
  },
  details: {
    Template: (mail) => mail.template,
    Sent: (mail) => time(mail.sentAt),
    'Last error': (mail) => orDash(mail.lastError),
  },
};

/** `apigate mails …` */
export function addMails(program: Command): void {
  const mails = addNoun(program, 'mails', 'The outbox: every mail, and what became of it');

  addVerb(mails, {
    usage: 'list',
    about: 'List mails, newest first; "kept" waits here because there is no mail server',
    input: listMailsInput,
    flags: {
      status: oneOf('--status <status>', mailStatus.options),
      template: oneOf('--template <template>', mailTemplate.options),
      ...pageFlags,
    },
    examples: ['apigate mails list', 'apigate mails list --status failed'],
    run: async ({ api, input, output }) => output.page(await api.mails.list(input), mailView),
  });

  addVerb(mails, {
    usage: 'show <mail>',
    alias: 'get',
    about: 'Show a mail with its text and link, by id',
    input: mailRef,
    examples: ['apigate mails show 0198c0de-0000-7000-8000-000000000001'],
    run: async ({ api, input, output }) => {
      const mail = await api.mails.get(input.mail);
      output.item(mail, mailView);
      if (mail.text !== null) output.passage(mail.text);
      else output.remark('Its text was forgotten when a mail server took it.');
    },
  });

  addVerb(mails, {
    usage: 'retry <mail>',
    about: 'Try once more to send a mail that was kept or failed',
    input: mailRef,
    examples: ['apigate mails retry 0198c0de-0000-7000-8000-000000000001'],
    run: async ({ api, input, output }) => {
      const mail = await api.mails.retry(input.mail);
      output.done(`The mail to ${mail.to} is ${mail.status}.`, mail);
    },
  });
}
