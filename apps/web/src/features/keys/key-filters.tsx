import type { KeySort } from '@apigate/contract';
import { FilterBar } from '@apigate/ui/filter-bar';
import { FilterChip } from '@apigate/ui/filter-chip';
import { SearchInput } from '../../lib/search-input.tsx';
import { keyKindText, keyStatusText } from './key-words.ts';
import { isFiltered, type KeysSearch } from './keys-search.ts';

export interface KeyFiltersProps {
  search: KeysSearch;
  /** Undefined removes a filter. */
  onChange: (change: { [Name in keyof KeysSearch]?: KeysSearch[Name] | undefined }) => void;
}

/** What is shown of all keys, and in which order. */
export function KeyFilters({ search, onChange }: KeyFiltersProps) {
  const order = orders.find(
    (each) => each.sort === search.sort && each.order === search.order,
  )?.value;
  return (
    <FilterBar onClear={isFiltered(search) ? () => onChange(noFilters) : undefined}>
      <SearchInput
        label="Search keys"
        title="Part of a name, the first characters of a key, or its last four"
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q === '' ? undefined : q })}
      />
      <FilterChip
        label="Status"
        value={search.status}
        options={entriesOf(keyStatusText)}
        onChange={(status) => onChange({ status })}
      />
      <FilterChip
        label="Kind"
        value={search.kind}
        options={entriesOf(keyKindText)}
        onChange={(kind) => onChange({ kind })}
      />
      <FilterChip
        label="Expires"
        value={search.expiresWithinDays?.toString()}
        options={[7, 30, 90].map((days) => ({ value: `${days}`, label: `within ${days} days` }))}
        onChange={(days) =>
          onChange({ expiresWithinDays: days === undefined ? undefined : Number(days) })
        }
      />
      <FilterChip
        label="Unused"
        value={search.unusedDays?.toString()}
        options={[30, 90, 365].map((days) => ({ value: `${days}`, label: `for ${days} days` }))}
        onChange={(days) => onChange({ unusedDays: days === undefined ? undefined : Number(days) })}
      />
      {textFilters.map(({ name, label }) => {
        const value = search[name];
        return (
          value !== undefined && (
            <FilterChip
              key={name}
              label={label}
              value={value}
              options={[{ value, label: value }]}
              onChange={() => onChange({ [name]: undefined })}
            />
          )
        );
      })}
      <FilterChip
        label="Order"
        value={order}
        options={orders}
        onChange={(chosen) => {
          const { sort, order: direction } = orders.find(({ value }) => value === chosen) ?? {};
          onChange({ sort, order: direction });
        }}
      />
    </FilterBar>
  );
}

/** Those that come by a link, such as from a user's page. */
const textFilters = [
  { name: 'user', label: 'User' },
  { name: 'prefix', label: 'Starts with' },
  { name: 'lastFour', label: 'Ends with' },
] as const;

const noFilters = {
  user: undefined,
  q: undefined,
  prefix: undefined,
  lastFour: undefined,
  status: undefined,
  kind: undefined,
  expiresWithinDays: undefined,
  unusedDays: undefined,
};

/** The newest first is the order without a choice. */
const orders: readonly { value: string; label: string; sort: KeySort; order?: 'asc' }[] = [
  { value: 'expiry', label: 'next to expire first', sort: 'expires_at' },
  { value: 'used', label: 'last used first', sort: 'last_used_at' },
  { value: 'unused', label: 'longest unused first', sort: 'last_used_at', order: 'asc' },
];

function entriesOf<Value extends string>(texts: Readonly<Record<Value, string>>) {
  return Object.entries<string>(texts).map(([value, label]) => ({
    value: value as Value,
    label,
  }));
}
