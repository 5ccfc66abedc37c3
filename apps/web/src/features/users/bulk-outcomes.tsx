import type { BulkUsersOutcome } from '@apigate/contract';
import { numberText } from '../../lib/number-text.ts';
import { skippedByReason, usersText } from './bulk-words.ts';
import styles from './bulk-outcomes.module.css';

export interface BulkOutcomesProps {
  outcomes: readonly BulkUsersOutcome[];
  /** Completes "3 users …". */
  deed: string;
}

const namedMax = 200;

/** To how many users something is done, and who is left alone, for what reason. */
export function BulkOutcomes({ outcomes, deed }: BulkOutcomesProps) {
  const done = outcomes.filter(({ skipped }) => skipped === null);
  const reasons = skippedByReason(outcomes);
  const emails = done.map(({ user, ref }) => user?.email ?? ref);
  return (
    <div className={styles.outcomes}>
      <p className={styles.sum} role="status">
        <strong>{usersText(done.length)}</strong> {deed}
        {reasons.length > 0 && `, ${numberText(outcomes.length - done.length)} skipped`}.
      </p>
      {emails.length > 0 && <Named title="Who" emails={emails} />}
      {reasons.map(([reason, spared]) => (
        <Named key={reason} title={`Skipped: ${reason}`} emails={spared} />
      ))}
    </div>
  );
}

function Named({ title, emails }: { title: string; emails: readonly string[] }) {
  return (
    <details className={styles.named}>
      <summary>
        {title} <span>{numberText(emails.length)}</span>
      </summary>
      <ul>
        {emails.slice(0, namedMax).map((email) => (
          <li key={email}>{email}</li>
        ))}
        {emails.length > namedMax && <li>and {numberText(emails.length - namedMax)} more</li>}
      </ul>
    </details>
  );
}
