import { useQuery } from '@tanstack/react-query';
import { IconLinkOff, IconShieldCheck } from '@tabler/icons-react';
import { Notice } from '@apigate/ui/notice';
import { numberText } from '../../lib/number-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { chainQuery } from './chain-query.ts';

/** What came of following the chain of the log, once somebody has asked for it. */
export function ChainVerdict() {
  const { data: verdict, error, isFetching } = useQuery(chainQuery);
  if (error) return <ProblemReport error={error} />;
  if (verdict === undefined || isFetching) return null;
  if (verdict.intact)
    return (
      <Notice tone="good" icon={<IconShieldCheck aria-hidden />}>
        The chain is intact: all {numberText(verdict.events)} events are as they were written, and
        none is missing.
      </Notice>
    );
  return (
    <Notice tone="bad" icon={<IconLinkOff aria-hidden />}>
      The chain breaks at event {verdict.brokenAt?.seq ?? verdict.events + 1}:{' '}
      {verdict.brokenAt?.reason ?? 'the reason is not known'}. The {numberText(verdict.events)}{' '}
      events before it are as they were written. Somebody changed the database past apigate; compare
      it with a backup.
    </Notice>
  );
}
