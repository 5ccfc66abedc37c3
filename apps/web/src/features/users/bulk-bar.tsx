import { useState } from 'react';
import {
  IconBan,
  IconCreditCard,
  IconDots,
  IconMailCheck,
  IconPlayerPlay,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import type { BulkUsersAction } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { IconButton } from '@apigate/ui/icon-button';
import { Menu } from '@apigate/ui/menu';
import { MenuItem } from '@apigate/ui/menu-item';
import { useMe } from '../../lib/me.ts';
import { mayEditAccount } from '../../lib/permissions.ts';
import { BulkDialog, type BulkTarget } from './bulk-dialog.tsx';
import { usersText } from './bulk-words.ts';
import { ExportItems } from './export-items.tsx';
import { filterInput, isFiltered, type UsersSearch } from './users-search.ts';
import styles from './bulk-bar.module.css';

export interface BulkBarProps {
  /** Ids of the selected users; null for all that match the filters. */
  selected: ReadonlySet<string> | null;
  search: UsersSearch;
  onSelectAll: () => void;
  onClear: () => void;
}

/** What can be done with the selected users, at the foot of the page. */
export function BulkBar({ selected, search, onSelectAll, onClear }: BulkBarProps) {
  const me = useMe();
  const [deed, setDeed] = useState<{ action: BulkUsersAction; target: BulkTarget }>();
  const target: BulkTarget =
    selected === null ? { where: filterInput(search) } : { users: [...selected] };
  const choose = (action: BulkUsersAction) => () => setDeed({ action, target });
  const isOpen = selected === null || selected.size > 0;
  const mayAll = mayEditAccount(me);
  return (
    <>
      {isOpen && (
        <section className={styles.bar} aria-label="Selected users">
          <p className={styles.count} role="status">
            {selected === null
              ? `All users${isFiltered(search) ? ' that match the filters' : ''}`
              : `${usersText(selected.size)} selected`}
          </p>
          {selected !== null && (
            <Button kind="quiet" onClick={onSelectAll}>
              Select all that match
            </Button>
          )}
          <span className={styles.deeds}>
            <Button icon={<IconBan aria-hidden />} onClick={choose('suspend')}>
              Suspend…
            </Button>
            <Button icon={<IconPlayerPlay aria-hidden />} onClick={choose('activate')}>
              Activate…
            </Button>
            <Menu
              label="More for the selected users"
              trigger={(props) => (
                <IconButton
                  label="More for the selected users"
                  icon={<IconDots aria-hidden />}
                  {...props}
                />
              )}
            >
              <MenuItem icon={<IconMailCheck aria-hidden />} onClick={choose('verify')}>
                Mark as verified…
              </MenuItem>
              {mayAll && (
                <MenuItem icon={<IconCreditCard aria-hidden />} onClick={choose('change_plan')}>
                  Change plan…
                </MenuItem>
              )}
              <ExportItems filter={filterInput(search)} users={selected} />
              {mayAll && (
                <>
                  <hr />
                  <MenuItem
                    icon={<IconTrash aria-hidden />}
                    kind="danger"
                    onClick={choose('delete')}
                  >
                    Delete…
                  </MenuItem>
                </>
              )}
            </Menu>
          </span>
          <IconButton label="Clear selection" icon={<IconX aria-hidden />} onClick={onClear} />
        </section>
      )}
      {deed && <BulkDialog {...deed} onClose={() => setDeed(undefined)} onDone={onClear} />}
    </>
  );
}
