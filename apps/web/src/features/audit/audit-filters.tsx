import { useState } from 'react';
import { FilterBar } from '@apigate/ui/filter-bar';
import { FilterChip } from '@apigate/ui/filter-chip';
import { auditActionOptions } from './audit-words.ts';
import type { AuditSearch } from './audit-search.ts';
import { PersonFilter } from '../../lib/person-filter.tsx';

export interface AuditFiltersProps {
  search: AuditSearch;
  /** Undefined removes a filter. */
  onChange: (change: { [Name in keyof AuditSearch]?: AuditSearch[Name] | undefined }) => void;
}

/** What is shown of the audit log: of whom, which deeds, since when. */
export function AuditFilters({ search, onChange }: AuditFiltersProps) {
  const [now] = useState(() => new Date());
  return (
    <FilterBar
      onClear={
        Object.keys(search).length > 0
          ? () => onChange({ action: undefined, user: undefined, since: undefined })
          : undefined
      }
    >
      <PersonFilter
        key={search.user}
        label="Events of a user"
        user={search.user}
        onChange={(user) => onChange({ user })}
      />
      <FilterChip
        label="Action"
        value={search.action}
        options={auditActionOptions}
        onChange={(action) => onChange({ action })}
      />
      <FilterChip
        label="Since"
        value={search.since}
        options={startsBefore(now)}
        onChange={(since) => onChange({ since })}
      />
    </FilterBar>
  );
}

/** Days in UTC, as the command line takes them, so that an address means the same to everybody. */
function startsBefore(now: Date): { value: string; label: string }[] {
  const starts = [
    { days: 0, label: 'Today (UTC)' },
    { days: 1, label: 'Yesterday' },
    { days: 7, label: '7 days ago' },
    { days: 30, label: '30 days ago' },
    { days: 90, label: '90 days ago' },
  ];
  return starts.map(({ days, label }) => ({
    value: new Date(now.getTime() - days * 24 * 3_600_000).toISOString().slice(0, 10),
    label,
  }));
}
