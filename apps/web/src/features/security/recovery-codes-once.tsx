import { IconLifebuoy } from '@tabler/icons-react';
import { Button, buttonClassName } from '@apigate/ui/button';
import { CopyButton } from '@apigate/ui/copy-button';
import { focusOnArrival } from '../../lib/focus-on-arrival.ts';
import styles from './recovery-codes-once.module.css';

export interface RecoveryCodesOnceProps {
  codes: readonly string[];
  onDone: () => void;
}

/** The only time that recovery codes are shown. */
export function RecoveryCodesOnce({ codes, onDone }: RecoveryCodesOnceProps) {
  const text = `${codes.join('\n')}\n`;
  return (
    <section
      ref={focusOnArrival}
      className={styles.panel}
      tabIndex={-1}
      aria-labelledby="recovery-codes"
    >
      <header>
        <IconLifebuoy aria-hidden size="1.25rem" />
        <div>
          <h3 id="recovery-codes">Store your recovery codes</h3>
          <p>
            Without your phone, each of them signs you in once. Keep them apart from it. You will
            not see them again.
          </p>
        </div>
      </header>
      <ol className={styles.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className={styles.actions}>
        <CopyButton kind="primary" text={text} label="Copy codes" />
        <a
          className={buttonClassName()}
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="apigate-recovery-codes.txt"
        >
          Download
        </a>
        <Button onClick={onDone}>Done, I have stored them</Button>
      </div>
    </section>
  );
}
