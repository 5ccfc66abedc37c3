import { useQuery } from '@tanstack/react-query';
import { IconArrowForwardUp, IconBan } from '@tabler/icons-react';
import {
  looksLikeId,
  type RefusalExplanation,
  type RequestForecast,
  type UsageEvent,
} from '@apigate/contract';
import { CodePopover } from '@apigate/ui/code-popover';
import { CopyButton } from '@apigate/ui/copy-button';
import { Notice } from '@apigate/ui/notice';
import { PageHeader } from '@apigate/ui/page-header';
import { Panel } from '@apigate/ui/panel';
import { Skeleton } from '@apigate/ui/skeleton';
import { DecisionTimeline } from '../../lib/decision-timeline.tsx';
import { errorCodeOf } from '../../lib/error-text.ts';
import { msText } from '../../lib/measure-text.ts';
import { numberText } from '../../lib/number-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { timeText } from '../../lib/time-text.ts';
import { trpc } from '../../lib/trpc.ts';
import { NoSuchRequest } from './no-such-request.tsx';
import { RequestAnswer } from './request-answer.tsx';
import { RequestFacts } from './request-facts.tsx';
import { requestInCode } from './requests-in-code.ts';
import styles from './request-report.module.css';

export type RequestPart = 'console' | 'portal';

/** What became of one request, step by step, and what would become of it now. */
export function RequestReport({ requestId, part }: { requestId: string; part: RequestPart }) {
  const isId = looksLikeId(requestId);
  const explained = useQuery(
    trpc.usage.explain.queryOptions({ request: requestId }, { enabled: isId }),
  );
  if (explained.data) return <Report explanation={explained.data} part={part} />;
  if (!isId || errorCodeOf(explained.error) === 'not_found') return <NoSuchRequest />;
  if (explained.error) {
    return <ProblemReport error={explained.error} onRetry={() => void explained.refetch()} />;
  }
  return (
    <>
      <PageHeader title={<Skeleton chars={24} />} about={<Skeleton chars={48} />} />
      <div className={styles.columns}>
        <Skeleton heightPx={480} />
        <Skeleton heightPx={320} />
      </div>
    </>
  );
}

function Report({ explanation, part }: { explanation: RefusalExplanation; part: RequestPart }) {
  const { event, today } = explanation;
  return (
    <>
      <PageHeader
        title={<code className={styles.title}>{`${event.method} ${event.path}`}</code>}
        meta={<RequestAnswer request={event} />}
        about={
          <>
            <time dateTime={event.at.toISOString()}>{timeText(event.at)}</time> ·{' '}
            <code>{event.id}</code>{' '}
            <CopyButton kind="icon" text={event.id} label="Copy request id" />
          </>
        }
        actions={<CodePopover about="Why it was decided so." samples={requestInCode(event.id)} />}
      />
      <div className={styles.columns}>
        <div className={styles.column}>
          <Panel title={event.refusalCode === null ? 'How it was decided' : 'Why it was refused'}>
            <Decision explanation={explanation} />
          </Panel>
          {today && <Today today={today} then={event} />}
        </div>
        <RequestFacts explanation={explanation} part={part} />
      </div>
    </>
  );
}

function Decision({ explanation: { event, steps } }: { explanation: RefusalExplanation }) {
  if (event.refusalCode === null) {
    const answered = `answered ${event.status} in ${msText(event.latencyMs)}`;
    return (
      <DecisionTimeline
        steps={[
          {
            rule: 'forward',
            passed: true,
            code: null,
            detail: `The API behind the proxy ${answered}. What the rules found is noted of refused requests alone.`,
          },
        ]}
        figures={{
          Key: event.key?.name,
          Quota: `${numberText(event.units)} ${event.units === 1 ? 'unit' : 'units'} taken`,
          Upstream: answered,
        }}
      />
    );
  }
  if (steps === null) {
    return <p>It was refused before a key was known, so no rules of a key were looked at.</p>;
  }
  return <DecisionTimeline steps={steps} figures={{ Key: event.key?.name }} />;
}

function Today({ today, then }: { today: RequestForecast; then: UsageEvent }) {
  const passes = today.code === null;
  return (
    <section className={styles.today} aria-label="The same request now">
      <Notice
        tone={passes ? 'good' : 'warn'}
        icon={passes ? <IconArrowForwardUp aria-hidden /> : <IconBan aria-hidden />}
      >
        {passes
          ? `With today’s settings the same request would pass${condition(then)}.`
          : `With today’s settings the same request would be refused with ${today.status} ${today.code}: ${today.detail}`}
      </Notice>
      <details>
        <summary>Today’s decision, step by step</summary>
        <DecisionTimeline steps={today.steps} figures={{ Key: then.key?.name }} isForecast />
      </details>
    </section>
  );
}

/** What settings do not say of a request that they let through. */
function condition({ refusalCode, status }: UsageEvent): string {
  if (refusalCode === 'rate_limited') return ', as long as a token is left for it';
  return status >= 500 ? ' the proxy; whether the API answers is seen by sending it' : '';
}
