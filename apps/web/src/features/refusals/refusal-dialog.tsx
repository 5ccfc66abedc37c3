import { useSuspenseQuery } from '@tanstack/react-query';
import type { RefusalExplanation } from '@apigate/contract';
import { CopyButton } from '@apigate/ui/copy-button';
import { DescriptionList } from '@apigate/ui/description-list';
import { Dialog } from '@apigate/ui/dialog';
import { Skeleton } from '@apigate/ui/skeleton';
import { Status } from '@apigate/ui/status';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { timeText } from '../../lib/time-text.ts';
import { trpc } from '../../lib/trpc.ts';
import { ruleText } from './rule-words.ts';
import styles from './refusal-dialog.module.css';

export interface RefusalDialogProps {
  requestId: string;
  onClose: () => void;
}

/** Why a request was refused: each rule that was looked at, its numbers, and the one that decided. */
export function RefusalDialog({ requestId, onClose }: RefusalDialogProps) {
  return (
    <Dialog title="Why it was refused" size="wide" onClose={onClose}>
      <div className={styles.refusal}>
        <QueryBoundary pending={<Skeleton heightPx={320} />}>
          <Explanation requestId={requestId} />
        </QueryBoundary>
      </div>
    </Dialog>
  );
}

function Explanation({ requestId }: { requestId: string }) {
  const { data } = useSuspenseQuery(trpc.usage.explain.queryOptions({ request: requestId }));
  const { event, steps } = data;
  return (
    <>
      <DescriptionList
        items={[
          {
            term: 'Request',
            value: <code>{`${event.method} ${event.path}`}</code>,
          },
          {
            term: 'Answer',
            value: `${event.status} ${event.refusalCode ?? ''}`,
          },
          { term: 'Key', value: event.key?.name ?? '–' },
          {
            term: 'When',
            value: <time dateTime={event.at.toISOString()}>{timeText(event.at)}</time>,
          },
          {
            term: 'Request id',
            value: (
              <>
                <code>{event.id}</code>{' '}
                <CopyButton kind="icon" text={event.id} label="Copy request id" />
              </>
            ),
          },
        ]}
      />
      {steps === null ? (
        <p className={styles.none}>{withoutRules(data)}</p>
      ) : (
        <Rules steps={steps} />
      )}
    </>
  );
}

function withoutRules({ event }: RefusalExplanation): string {
  return event.refusalCode === null
    ? 'The proxy did not refuse this request.'
    : 'It was refused before a key was known, so no rules of a key were looked at.';
}

function Rules({ steps }: { steps: NonNullable<RefusalExplanation['steps']> }) {
  return (
    <ol className={styles.rules} aria-label="Rules in the order in which they were looked at">
      {steps.map(({ rule, passed, detail }, place) => (
        <li key={place} data-decisive={!passed}>
          <Status tone={passed ? 'good' : 'bad'} word={passed ? 'Passed' : 'Refused'} />
          <strong>{ruleText[rule]}</strong>
          <span>{detail}</span>
        </li>
      ))}
    </ol>
  );
}
