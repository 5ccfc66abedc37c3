import styles from './skip-link.module.css';

/** The first stop of the keyboard: past the bar and the navigation, to the element `content`. */
export function SkipLink() {
  return (
    <a className={styles.skip} href="#content">
      Skip to content
    </a>
  );
}
