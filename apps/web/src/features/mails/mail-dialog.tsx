import { useSuspenseQuery } from '@tanstack/react-query';
import type { MailWithBody } from '@apigate/contract';
import { CodeBlock } from '@apigate/ui/code-block';
import { DescriptionList } from '@apigate/ui/description-list';
import { Dialog } from '@apigate/ui/dialog';
import { RelativeTime } from '@apigate/ui/relative-time';
import { Skeleton } from '@apigate/ui/skeleton';
import { numberText } from '../../lib/number-text.ts';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';
import { linksIn } from './links-in.ts';
import { MailStatusMark } from './mail-status-mark.tsx';
import { mailTemplateText } from './mail-words.ts';
import { RetryMailButton } from './retry-mail-button.tsx';
import styles from './mail-dialog.module.css';

export interface MailDialogProps {
  /** Id of the mail. */
  mail: string;
  onClose: () => void;
}

/** One mail as its reader gets it, with its link to take along. */
export function MailDialog({ mail, onClose }: MailDialogProps) {
  return (
    <Dialog title="Mail" size="wide" onClose={onClose}>
      <div className={styles.mail}>
        <QueryBoundary pending={<Skeleton heightPx={320} />}>
          <MailText id={mail} />
        </QueryBoundary>
      </div>
    </Dialog>
  );
}

function MailText({ id }: { id: string }) {
  const { data: mail } = useSuspenseQuery(
    trpc.mails.get.queryOptions(
      { mail: id },
      { refetchInterval: ({ state }) => (state.data?.status === 'queued' ? 2000 : false) },
    ),
  );
  return (
    <>
      <DescriptionList
        items={[
          { term: 'Subject', value: <strong>{mail.subject}</strong> },
          { term: 'To', value: mail.to },
          { term: 'Kind', value: mailTemplateText[mail.template] },
          { term: 'Status', value: <State mail={mail} /> },
        ]}
      />
      {mail.text === null ? (
        <p className={styles.gone}>
          Its text was forgotten when a mail server took it, because the link in it was a secret.
        </p>
      ) : (
        <>
          <pre className={styles.text} tabIndex={0} role="region" aria-label="Text of the mail">
            {mail.text}
          </pre>
          {linksIn(mail.text).map((link) => (
            <CodeBlock key={link} code={link} copyLabel="Copy link" />
          ))}
        </>
      )}
    </>
  );
}

function State({ mail }: { mail: MailWithBody }) {
  return (
    <div className={styles.state}>
      <MailStatusMark mail={mail} />
      <span>
        {mail.sentAt ? (
          <RelativeTime at={mail.sentAt} />
        ) : (
          <>
            written <RelativeTime at={mail.createdAt} />
          </>
        )}
        {mail.attempts > 0 && `, ${numberText(mail.attempts)} attempts`}
      </span>
      <RetryMailButton mail={mail} />
      {mail.lastError && <p>{mail.lastError}</p>}
    </div>
  );
}
