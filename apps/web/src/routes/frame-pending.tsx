import { Brand } from '../lib/brand.tsx';
import styles from './frame-pending.module.css';

/** Stands in for a frame whose code, or the answer to who is signed in, is on its way. */
export function FramePending() {
  return (
    <div className={styles.bar} role="status" aria-label="Loading">
      <Brand />
    </div>
  );
}
