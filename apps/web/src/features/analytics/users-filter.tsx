import { useQuery } from '@tanstack/react-query';
import { trpc } from '../../lib/trpc.ts';
import { FilterField } from './filter-field.tsx';
import styles from './analytics-tables.module.css';

export interface UsersFilterProps {
  filter: string | undefined;
  /** What the server said of it. */
  error: string | undefined;
  onChange: (filter: string | undefined) => void;
}

/** The expression that narrows users down, or what they sent. */
export function UsersFilter({ filter, error, onChange }: UsersFilterProps) {
  const plans = useQuery(trpc.plans.list.queryOptions({}));
  return (
    <div className={styles.filters}>
      <FilterField
        key={filter}
        filter={filter ?? ''}
        error={error}
        planSlugs={plans.data?.data.map(({ slug }) => slug) ?? []}
        onChange={onChange}
      />
    </div>
  );
}
