import { FilterBar } from '@apigate/ui/filter-bar';
import { FilterChip } from '@apigate/ui/filter-chip';
import { mailStatusOptions, mailTemplateOptions } from './mail-words.ts';
import type { MailsSearch } from './mails-search.ts';

export interface MailFiltersProps {
  search: MailsSearch;
  /** Undefined removes a filter. */
  onChange: (change: { [Name in keyof MailsSearch]?: MailsSearch[Name] | undefined }) => void;
}

export function MailFilters({ search, onChange }: MailFiltersProps) {
  const isFiltered = search.status !== undefined || search.template !== undefined;
  return (
    <FilterBar
      onClear={isFiltered ? () => onChange({ status: undefined, template: undefined }) : undefined}
    >
      <FilterChip
        label="Status"
        value={search.status}
        options={mailStatusOptions}
        onChange={(status) => onChange({ status })}
      />
      <FilterChip
        label="Kind"
        value={search.template}
        options={mailTemplateOptions}
        onChange={(template) => onChange({ template })}
      />
    </FilterBar>
  );
}
