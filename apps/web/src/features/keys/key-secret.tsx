import { CopyButton } from '@apigate/ui/copy-button';
import styles from './key-secret.module.css';

/** A key in full, to copy the only time that it is shown. */
export function KeySecret({ secret }: { secret: string }) {
  return (
    <div className={styles.secret}>
      <code aria-label="Key">{secret}</code>
      <CopyButton kind="primary" text={secret} label="Copy key" />
    </div>
  );
}
