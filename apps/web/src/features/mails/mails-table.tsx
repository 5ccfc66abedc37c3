import { Link } from '@tanstack/react-router';
import type { Mail } from '@apigate/contract';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Table, type Column } from '@apigate/ui/table';
import { numberText } from '../../lib/number-text.ts';
import { MailStatusMark } from './mail-status-mark.tsx';
import { mailTemplateText } from './mail-words.ts';
import type { MailsSearch } from './mails-search.ts';
import { RetryMailButton } from './retry-mail-button.tsx';

export interface MailsTableProps {
  /** The filters that stay when a mail is opened. */
  search: MailsSearch;
  /** Undefined while they are on their way. */
  mails: readonly Mail[] | undefined;
  isStale: boolean;
}

export function MailsTable({ search, mails, isStale }: MailsTableProps) {
  return (
    <Table
      label="Mails"
      columns={columnsWithin(search)}
      rows={mails}
      rowKey={(mail) => mail.id}
      isStale={isStale}
      dimmed={(mail) => mail.status === 'sent'}
    />
  );
}

function columnsWithin(search: MailsSearch): readonly Column<Mail>[] {
  return [
    {
      id: 'mail',
      header: 'Mail',
      phone: 'title',
      cell: (mail) => (
        <RowTitle detail={`to ${mail.to}`}>
          <Link
            to="/console/mails"
            search={{ ...search, mail: mail.id }}
            resetScroll={false}
            data-opens-row
          >
            {mail.subject}
          </Link>
        </RowTitle>
      ),
    },
    {
      id: 'status',
      header: 'Status',
      widthPx: 172,
      cell: (mail) => <MailStatusMark mail={mail} />,
    },
    {
      id: 'kind',
      header: 'Kind',
      widthPx: 176,
      phone: 'hidden',
      leaves: 'below-960',
      cell: (mail) => mailTemplateText[mail.template],
    },
    {
      id: 'attempts',
      header: 'Attempts',
      widthPx: 92,
      align: 'end',
      phone: 'hidden',
      leaves: 'below-720',
      cell: (mail) => numberText(mail.attempts),
    },
    {
      id: 'created',
      header: 'Written',
      widthPx: 140,
      cell: (mail) => <RelativeTime at={mail.createdAt} />,
    },
    {
      id: 'actions',
      header: 'Actions',
      widthPx: 112,
      align: 'end',
      phone: 'actions',
      cell: (mail) => <RetryMailButton mail={mail} kind="quiet" />,
    },
  ];
}
