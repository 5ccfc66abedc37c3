import { useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { FilterBar } from '@apigate/ui/filter-bar';
import { FilterChip } from '@apigate/ui/filter-chip';
import { trpc } from '../../lib/trpc.ts';
import { outcomeOptions } from './outcome-options.ts';
import type { RequestsSearch } from './requests-search.ts';

export interface RequestFiltersProps {
  search: RequestsSearch;
  /** Undefined removes a filter. */
  onChange: (change: { [Name in keyof RequestsSearch]?: RequestsSearch[Name] | undefined }) => void;
  /** What stands at the end of the bar. */
  end: ReactNode;
}

/** What narrows the request log down: outcome, key, route, since when. Keys and routes are those used this month. */
export function RequestFilters({ search, onChange, end }: RequestFiltersProps) {
  const { data: summary } = useQuery(trpc.usage.summary.queryOptions({}));
  const [now] = useState(() => new Date());
  return (
    <FilterBar
      onClear={
        Object.keys(search).length > 0
          ? () =>
              onChange({ outcome: undefined, key: undefined, route: undefined, since: undefined })
          : undefined
      }
      end={end}
    >
      <FilterChip
        label="Outcome"
        value={search.outcome}
        options={outcomeOptions}
        onChange={(outcome) => onChange({ outcome })}
      />
      <FilterChip
        label="Key"
        value={search.key}
        options={summary?.byKey.map(({ key }) => ({ value: key.id, label: key.name })) ?? []}
        onChange={(key) => onChange({ key })}
      />
      <FilterChip
        label="Route"
        value={search.route}
        options={
          summary?.byRoute.map(({ route }) => ({ value: route.id, label: route.name })) ?? []
        }
        onChange={(route) => onChange({ route })}
      />
      <FilterChip
        label="Since"
        value={search.since}
        options={daysBefore(now)}
        onChange={(since) => onChange({ since })}
      />
    </FilterBar>
  );
}

/** Days in UTC, as the command line takes them, so that an address means the same to everybody. */
function daysBefore(now: Date): { value: string; label: string }[] {
  const starts = [
    { days: 0, label: 'Today (UTC)' },
    { days: 1, label: 'Yesterday' },
    { days: 7, label: '7 days ago' },
    { days: 30, label: '30 days ago' },
  ];
  return starts.map(({ days, label }) => ({
    value: new Date(now.getTime() - days * 24 * 3_600_000).toISOString().slice(0, 10),
    label,
  }));
}
