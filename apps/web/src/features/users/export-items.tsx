import { IconDownload } from '@tabler/icons-react';
import { snakeCaseName, type UserFileFormat, userExportNamedMax } from '@apigate/contract';
import { MenuItem } from '@apigate/ui/menu-item';
import { showToast } from '@apigate/ui/toasts';
import { numberText } from '../../lib/number-text.ts';
import { startDownload } from '../../lib/start-download.ts';
import type { UsersFilter } from './users-search.ts';

export interface ExportItemsProps {
  filter: UsersFilter;
  /** Ids of those who are meant among them; null for all. */
  users: ReadonlySet<string> | null;
}

/** Items of a menu that give users as a file. */
export function ExportItems({ filter, users }: ExportItemsProps) {
  const save = (format: UserFileFormat) => () => {
    if (users !== null && users.size > userExportNamedMax) {
      showToast({
        text: `Up to ${numberText(userExportNamedMax)} selected users go into a file. Select all that match instead.`,
      });
    } else {
      void startDownload(addressOf(format, filter, users));
    }
  };
  return (
    <>
      <MenuItem icon={<IconDownload aria-hidden />} onClick={save('csv')}>
        Export as CSV
      </MenuItem>
      <MenuItem icon={<IconDownload aria-hidden />} onClick={save('json')}>
        Export as JSON
      </MenuItem>
    </>
  );
}

function addressOf(
  format: UserFileFormat,
  { metadata, createdAfter, ...filter }: UsersFilter,
  users: ReadonlySet<string> | null,
): string {
  const query = new URLSearchParams({ format });
  if (users === null) {
    for (const [name, value] of Object.entries(filter)) {
      query.set(snakeCaseName(name), String(value));
    }
    if (createdAfter) query.set('created_after', createdAfter.toISOString());
    for (const [name, value] of Object.entries(metadata ?? {})) {
      query.set(`metadata[${name}]`, value);
    }
  } else {
    query.set('users', [...users].join(','));
  }
  return `/admin/users/export?${query.toString()}`;
}
