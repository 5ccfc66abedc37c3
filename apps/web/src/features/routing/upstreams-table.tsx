import { useState } from 'react';
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import type { Route, Upstream } from '@apigate/contract';
import { IconButton } from '@apigate/ui/icon-button';
import { Menu } from '@apigate/ui/menu';
import { MenuItem } from '@apigate/ui/menu-item';
import { RowButton } from '@apigate/ui/row-button';
import { RowTitle } from '@apigate/ui/row-title';
import { Table, type Column } from '@apigate/ui/table';
import { numberText } from '../../lib/number-text.ts';
import { DeleteUpstreamDialog } from './delete-upstream-dialog.tsx';

export interface UpstreamsTableProps {
  /** Undefined while they are on their way. */
  upstreams: readonly Upstream[] | undefined;
  routes: readonly Route[];
  /** Takes the id of an upstream that is to be edited. */
  onEdit: (upstream: string) => void;
}

export function UpstreamsTable({ upstreams, routes, onEdit }: UpstreamsTableProps) {
  const [deleting, setDeleting] = useState<Upstream>();
  const routesTo = ({ id }: Upstream) => routes.filter(({ upstream }) => upstream.id === id);
  const columns: readonly Column<Upstream>[] = [
    {
      id: 'upstream',
      header: 'Upstream',
      phone: 'title',
      cell: (upstream) => (
        <RowTitle detail={<code>{upstream.url}</code>}>
          <RowButton onClick={() => onEdit(upstream.id)}>{upstream.name}</RowButton>
        </RowTitle>
      ),
    },
    {
      id: 'routes',
      header: 'Routes',
      widthPx: 88,
      align: 'end',
      cell: (upstream) => numberText(routesTo(upstream).length),
    },
    {
      id: 'auth',
      header: 'Auth header',
      widthPx: 160,
      cell: ({ authHeaderName }) => authHeaderName ?? 'None',
    },
    {
      id: 'timeout',
      header: 'Answers within',
      widthPx: 132,
      align: 'end',
      phone: 'hidden',
      leaves: 'below-720',
      cell: ({ responseTimeoutMs }) => `${numberText(responseTimeoutMs)} ms`,
    },
    {
      id: 'pool',
      header: 'Connections',
      widthPx: 116,
      align: 'end',
      phone: 'hidden',
      leaves: 'below-960',
      cell: ({ connectionsMax }) => numberText(connectionsMax),
    },
    {
      id: 'actions',
      header: 'Actions',
      widthPx: 56,
      align: 'end',
      phone: 'actions',
      cell: (upstream) => (
        <Menu
          label={`Actions for ${upstream.name}`}
          trigger={(props) => (
            <IconButton
              label={`Actions for ${upstream.name}`}
              icon={<IconDots aria-hidden />}
              {...props}
            />
          )}
        >
          <MenuItem icon={<IconPencil aria-hidden />} onClick={() => onEdit(upstream.id)}>
            Edit…
          </MenuItem>
          <MenuItem
            kind="danger"
            icon={<IconTrash aria-hidden />}
            onClick={() => setDeleting(upstream)}
          >
            Delete…
          </MenuItem>
        </Menu>
      ),
    },
  ];
  return (
    <>
      <Table
        label="Upstreams"
        columns={columns}
        rows={upstreams}
        rowKey={(upstream) => upstream.id}
        pendingRows={2}
      />
      {deleting && (
        <DeleteUpstreamDialog
          upstream={deleting}
          routes={routesTo(deleting)}
          onClose={() => setDeleting(undefined)}
        />
      )}
    </>
  );
}
