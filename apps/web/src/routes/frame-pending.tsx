import { Brand } from '../lib/brand.tsx';
import styles from './frame-pending.module.css';

/** On a slow processor the frame itself would come later by what this takes, so it is for slow networks. */
export const framePendingMs = 500;

/** Stands in for a frame whose code, or the answer to who is signed in, is on its way. */
export function FramePending() {
  return (
    <div className={styles.bar} role="status" aria-label="Loading">
      <Brand />
    </div>
  );
}
