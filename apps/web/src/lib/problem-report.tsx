import { Button } from '@apigate/ui/button';
import { Problem } from '@apigate/ui/problem';
import { problemText } from './error-text.ts';

export interface ProblemReportProps {
  error: unknown;
  onRetry?: () => void;
  size?: 'page' | 'inline';
}

/** An error as people read it. */
export function ProblemReport({ error, onRetry, size = 'page' }: ProblemReportProps) {
  return (
    <Problem
      {...problemText(error)}
      size={size}
      action={onRetry && <Button onClick={onRetry}>Try again</Button>}
    />
  );
}
