import { useEffect, useEffectEvent, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Button } from '@apigate/ui/button';
import { FilterChip } from '@apigate/ui/filter-chip';
import { SearchField } from '@apigate/ui/search-field';
import { trpc } from '../../lib/trpc.ts';
import { userRoleOptions, userStatusOptions } from './user-words.ts';
import type { UsersSearch } from './users-search.ts';
import styles from './user-filters.module.css';

export interface UserFiltersProps {
  search: UsersSearch;
  /** Undefined removes a filter. */
  onChange: (change: { [Name in keyof UsersSearch]?: UsersSearch[Name] | undefined }) => void;
}

/** Search and filters of the users list. */
export function UserFilters({ search, onChange }: UserFiltersProps) {
  const plans = useQuery(trpc.plans.list.queryOptions({}));
  const isFiltered = Object.keys(search).length > 0;
  return (
    <div className={styles.filters}>
      <SearchInput
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q === '' ? undefined : q })}
      />
      <FilterChip
        label="Status"
        value={search.status}
        options={userStatusOptions}
        onChange={(status) => onChange({ status })}
      />
      <FilterChip
        label="Role"
        value={search.role}
        options={userRoleOptions}
        onChange={(role) => onChange({ role })}
      />
      {plans.data && (
        <FilterChip
          label="Plan"
          value={search.plan}
          options={plans.data.data.map((plan) => ({ value: plan.slug, label: plan.name }))}
          onChange={(plan) => onChange({ plan })}
        />
      )}
      {isFiltered && (
        <Button
          kind="quiet"
          onClick={() =>
            onChange({ q: undefined, status: undefined, role: undefined, plan: undefined })
          }
        >
          Clear all
        </Button>
      )}
    </div>
  );
}

const typingPauseMs = 120;

/** Types freely, and tells the address after a short pause; follows the address when that changes by itself. */
function SearchInput({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  const [told, setTold] = useState(value);
  if (value !== told) {
    setTold(value);
    if (value !== typed.trim()) setTyped(value);
  }

  const tell = useEffectEvent(onChange);
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => tell(typed.trim()), typingPauseMs);
    return () => clearTimeout(timer);
  }, [typed, value]);

  return (
    <SearchField
      label="Search users"
      title="Part of an e-mail address, name, username or external id"
      maxLength={100}
      value={typed}
      onChange={setTyped}
    />
  );
}
