import { lazy, Suspense, useState } from 'react';
import { IconDots, IconUpload } from '@tabler/icons-react';
import { IconButton } from '@apigate/ui/icon-button';
import { Menu } from '@apigate/ui/menu';
import { MenuItem } from '@apigate/ui/menu-item';
import { useMe } from '../../lib/me.ts';
import { mayCreateUsers } from '../../lib/permissions.ts';
import { ExportItems } from './export-items.tsx';
import { filterInput, type UsersSearch } from './users-search.ts';

const ImportDialog = lazy(() =>
  import('./import-dialog.tsx').then((module) => ({ default: module.ImportDialog })),
);

/** Users from a file, and the present list as one. */
export function UsersFileMenu({ search }: { search: UsersSearch }) {
  const me = useMe();
  const [isImporting, setIsImporting] = useState(false);
  return (
    <>
      <Menu
        label="Import and export"
        trigger={(props) => (
          <IconButton label="Import and export" icon={<IconDots aria-hidden />} {...props} />
        )}
      >
        {mayCreateUsers(me) && (
          <MenuItem icon={<IconUpload aria-hidden />} onClick={() => setIsImporting(true)}>
            Import…
          </MenuItem>
        )}
        <ExportItems filter={filterInput(search)} users={null} />
      </Menu>
      {isImporting && (
        <Suspense>
          <ImportDialog onClose={() => setIsImporting(false)} />
        </Suspense>
      )}
    </>
  );
}
