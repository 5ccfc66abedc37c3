import styles from './method-mark.module.css';

/** The method of a call, in small capitals of its own colour. */
export function MethodMark({ method }: { method: string }) {
  return (
    <span className={styles.method} data-method={method}>
      {method === 'DELETE' ? 'DEL' : method}
    </span>
  );
}
