import { useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { filterCharsMax, filterFields } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { FilterBar } from '@apigate/ui/filter-bar';
import { FilterChip } from '@apigate/ui/filter-chip';
import { TextFilterChip } from '@apigate/ui/text-filter-chip';
import { trpc } from '../../lib/trpc.ts';
import { SearchInput } from '../../lib/search-input.tsx';
import { userRoleOptions, userStatusOptions } from './user-words.ts';
import { isFiltered, withoutFilters, type UsersSearch } from './users-search.ts';

export interface UserFiltersProps {
  search: UsersSearch;
  /** What the server has against the filter expression. */
  filterFault: string | undefined;
  onChange: (search: { [Name in keyof UsersSearch]?: UsersSearch[Name] | undefined }) => void;
  /** What stands at the end of the bar. */
  end: ReactNode;
}

/** Search and filters of the users list. */
export function UserFilters({ search, filterFault, onChange, end }: UserFiltersProps) {
  const plans = useQuery(trpc.plans.list.queryOptions({}));
  const change = (changed: { [Name in keyof UsersSearch]?: UsersSearch[Name] | undefined }) =>
    onChange({ ...search, ...changed });
  const [showsMore, setShowsMore] = useState(false);
  const plan = plans.data?.data.find(({ slug }) => slug === search.plan);
  return (
    <FilterBar
      onClear={isFiltered(search) ? () => onChange(withoutFilters(search)) : undefined}
      end={end}
    >
      <SearchInput
        label="Search users"
        title="Part of an e-mail address, name, username or external id"
        value={search.q ?? ''}
        onChange={(q) => change({ q: q === '' ? undefined : q })}
      />
      <FilterChip
        label="Status"
        value={search.status}
        options={userStatusOptions}
        onChange={(status) => change({ status })}
      />
      <FilterChip
        label="Plan"
        value={plan?.slug ?? search.plan}
        options={plans.data?.data.map(({ slug, name }) => ({ value: slug, label: name })) ?? []}
        onChange={(slug) => change({ plan: slug })}
      />
      <FilterChip
        label="Role"
        value={search.role}
        options={userRoleOptions}
        onChange={(role) => change({ role })}
      />
      {(showsMore || search.inactive !== undefined) && (
        <FilterChip
          label="Inactive"
          value={search.inactive?.toString()}
          options={daysOptions(search.inactive)}
          onChange={(days) => change({ inactive: days === undefined ? undefined : Number(days) })}
        />
      )}
      {(showsMore || search.since !== undefined) && (
        <TextFilterChip
          label="Created after"
          type="date"
          value={search.since}
          hint="Midnight in UTC."
          onChange={(since) => change({ since })}
        />
      )}
      {(showsMore || search.metadata !== undefined) && (
        <TextFilterChip
          label="Metadata"
          value={search.metadata}
          placeholder="tier=gold, region=eu"
          pattern={metadataPattern}
          title="Entries such as tier=gold, with commas between them"
          hint="Entries that the metadata holds, with these very values."
          onChange={(metadata) => change({ metadata })}
        />
      )}
      {(showsMore || search.filter !== undefined) && (
        <TextFilterChip
          label="Usage"
          value={search.filter}
          placeholder="quota_percent > 80"
          maxLength={filterCharsMax}
          hint={`Of this month: ${filterFields.join(', ')}; with and, or, not, ( ).`}
          error={filterFault}
          onChange={(filter) => change({ filter })}
        />
      )}
      {!showsMore && (
        <Button kind="quiet" onClick={() => setShowsMore(true)}>
          More filters
        </Button>
      )}
    </FilterBar>
  );
}

const metadataPattern = String.raw`\s*[A-Za-z0-9][\w\-]*\s*=[^,]*(,\s*[A-Za-z0-9][\w\-]*\s*=[^,]*)*`;

const offeredDays = [7, 30, 60, 90, 180, 365];

function daysOptions(present: number | undefined): { value: string; label: string }[] {
  const days = new Set([...offeredDays, ...(present === undefined ? [] : [present])]);
  return [...days]
    .toSorted((a, b) => a - b)
    .map((count) => ({ value: String(count), label: `${count} days` }));
}
