import { Button } from '@apigate/ui/button';
import { FilterChip } from '@apigate/ui/filter-chip';
import { mailStatusOptions, mailTemplateOptions } from './mail-words.ts';
import type { MailsSearch } from './mails-search.ts';
import styles from './mail-filters.module.css';

export interface MailFiltersProps {
  search: MailsSearch;
  /** Undefined removes a filter. */
  onChange: (change: { [Name in keyof MailsSearch]?: MailsSearch[Name] | undefined }) => void;
}

export function MailFilters({ search, onChange }: MailFiltersProps) {
  const isFiltered = search.status !== undefined || search.template !== undefined;
  return (
    <div className={styles.filters}>
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
      {isFiltered && (
        <Button kind="quiet" onClick={() => onChange({ status: undefined, template: undefined })}>
          Clear all
        </Button>
      )}
    </div>
  );
}
