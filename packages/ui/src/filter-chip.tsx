import { IconChevronDown, IconX } from '@tabler/icons-react';
import { classNames } from './class-names.ts';
import { Menu } from './menu.tsx';
import { MenuItem } from './menu-item.tsx';
import styles from './filter-chip.module.css';

export interface FilterChipProps<Value extends string> {
  label: string;
  value: Value | undefined;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value | undefined) => void;
}

/** One filter of a list: dashed while it lets everything through, filled and removable while it holds. */
export function FilterChip<Value extends string>({
  label,
  value,
  options,
  onChange,
}: FilterChipProps<Value>) {
  const chosen = options.find((option) => option.value === value);
  const shown = value === undefined ? undefined : (chosen?.label ?? value);
  return (
    <span className={classNames(styles.chip, shown !== undefined && styles.set)}>
      <Menu
        label={`Filter by ${label.toLowerCase()}`}
        align="start"
        trigger={(props) => (
          <button type="button" className={styles.open} {...props}>
            {label}
            {shown === undefined ? <IconChevronDown aria-hidden size={14} /> : <b>{shown}</b>}
          </button>
        )}
      >
        {options.map((option) => (
          <MenuItem
            key={option.value}
            checked={option.value === value}
            onClick={() => onChange(option.value === value ? undefined : option.value)}
          >
            {option.label}
          </MenuItem>
        ))}
      </Menu>
      {shown !== undefined && (
        <button
          type="button"
          className={styles.clear}
          aria-label={`Remove filter ${label} ${shown}`}
          onClick={() => onChange(undefined)}
        >
          <IconX aria-hidden size={14} />
        </button>
      )}
    </span>
  );
}
