import { Hint } from './hint.tsx';
import styles from './status.module.css';

export interface StatusProps {
  tone: 'good' | 'warn' | 'bad' | 'idle';
  word: string;
  /** Why it is so; shown on hover and focus. */
  reason?: string | null | undefined;
}

/** A state: a dot and a word, never a colour alone. */
export function Status({ tone, word, reason }: StatusProps) {
  return (
    <span className={styles.status} data-tone={tone}>
      {word}
      {reason && <Hint label="Reason" text={reason} />}
    </span>
  );
}
