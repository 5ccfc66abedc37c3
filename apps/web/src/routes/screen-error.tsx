import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { ProblemReport } from '../lib/problem-report.tsx';
import styles from './not-found.module.css';

/** A page that could not be shown at all. */
export function ScreenError({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <main className={styles.page} id="content" tabIndex={-1}>
      <ProblemReport error={error} onRetry={() => void router.invalidate()} />
    </main>
  );
}
