import type { ReactNode } from 'react';
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
    <Chip label={label} shown={shown} onClear={() => onChange(undefined)}>
      {(trigger) => (
        <Menu label={`Filter by ${label.toLowerCase()}`} align="start" trigger={trigger}>
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
      )}
    </Chip>
  );
}

export interface ChipProps<Trigger extends object> {
  label: string;
  /** What the filter is set to, in words; undefined while it is not. */
  shown: string | undefined;
  onClear: () => void;
  /** @param trigger renders the button that opens what the filter is set with. */
  children: (trigger: (props: Trigger) => ReactNode) => ReactNode;
}

/** The look of a filter, around whatever sets it. */
export function Chip<Trigger extends object>({
  label,
  shown,
  onClear,
  children,
}: ChipProps<Trigger>) {
  return (
    <span className={classNames(styles.chip, shown !== undefined && styles.set)}>
      {children((props) => (
        <button type="button" className={styles.open} {...props}>
          {label}
          {shown === undefined ? (
            <IconChevronDown aria-hidden size="0.875rem" />
          ) : (
            <b className={styles.shown}>{shown}</b>
          )}
        </button>
      ))}
      {shown !== undefined && (
        <button
          type="button"
          className={styles.clear}
          aria-label={`Remove filter ${label} ${shown}`}
          onClick={onClear}
        >
          <IconX aria-hidden size="0.875rem" />
        </button>
      )}
    </span>
  );
}
