import { Brand } from '../../lib/brand.tsx';
import styles from './brand-preview.module.css';

/** How the brand looks in both themes, as it is saved. */
export function BrandPreview() {
  return (
    <div className={styles.themes}>
      {(['light', 'dark'] as const).map((theme) => (
        <figure key={theme} className={styles.theme} style={{ colorScheme: theme }}>
          <Brand />
          <span className={styles.samples}>
            <span className={styles.button}>Create key</span>
            <span className={styles.link}>See plans</span>
            <span className={styles.soft}>Selected</span>
          </span>
          <figcaption>{theme === 'light' ? 'Light' : 'Dark'}</figcaption>
        </figure>
      ))}
    </div>
  );
}
