import { useBrand } from './use-brand.ts';
import styles from './brand.module.css';

export interface BrandProps {
  /** Said after the name: which of the two faces this is. */
  part?: string;
}

/** The name of this service behind its sign. */
export function Brand({ part }: BrandProps) {
  const { name, isKnown } = useBrand();
  return (
    <span className={styles.brand} data-known={isKnown}>
      <svg viewBox="0 0 24 24" aria-hidden width="24" height="24">
        <rect width="24" height="24" rx="6.5" fill="var(--accent)" />
        <path
          d="M6.5 18v-7a5.5 5.5 0 0 1 11 0v7M12 18v-5.5"
          fill="none"
          stroke="var(--on-accent)"
          strokeWidth="2.2"
          strokeLinecap="round"
        />
      </svg>
      <span className={styles.name}>{name}</span>
      {part && <span className={styles.part}>{part}</span>}
    </span>
  );
}
