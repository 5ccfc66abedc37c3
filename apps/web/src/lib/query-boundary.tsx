import { Suspense, type ReactNode } from 'react';
import { QueryErrorResetBoundary } from '@tanstack/react-query';
import { CatchBoundary } from '@tanstack/react-router';
import { ProblemReport } from './problem-report.tsx';

export interface QueryBoundaryProps {
  /** Stands in while the data is on its way, at the height of what will come. */
  pending: ReactNode;
  children: ReactNode;
}

/** A part of a page that loads and fails by itself, without taking the rest of the page along. */
export function QueryBoundary({ pending, children }: QueryBoundaryProps) {
  return (
    <QueryErrorResetBoundary>
      {({ reset: resetQueries }) => (
        <CatchBoundary
          getResetKey={() => 'same'}
          errorComponent={({ error, reset }) => (
            <ProblemReport
              error={error}
              onRetry={() => {
                resetQueries();
                reset();
              }}
            />
          )}
        >
          <Suspense fallback={pending}>{children}</Suspense>
        </CatchBoundary>
      )}
    </QueryErrorResetBoundary>
  );
}
