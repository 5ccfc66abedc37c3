import { useState } from 'react';
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import type { Route } from '@apigate/contract';
import { IconButton } from '@apigate/ui/icon-button';
import { Menu } from '@apigate/ui/menu';
import { MenuItem } from '@apigate/ui/menu-item';
import { RowButton } from '@apigate/ui/row-button';
import { RowTitle } from '@apigate/ui/row-title';
import { Status } from '@apigate/ui/status';
import { Table, type Column } from '@apigate/ui/table';
import { numberText } from '../../lib/number-text.ts';
import { DeleteRouteDialog } from './delete-route-dialog.tsx';

export interface RoutesTableProps {
  /** Undefined while they are on their way. */
  routes: readonly Route[] | undefined;
  /** Takes the id of a route that is to be edited. */
  onEdit: (route: string) => void;
}

export function RoutesTable({ routes, onEdit }: RoutesTableProps) {
  const [deleting, setDeleting] = useState<Route>();
  return (
    <>
      <Table
        label="Routes"
        columns={columnsThat(onEdit, setDeleting)}
        rows={routes}
        rowKey={(route) => route.id}
        dimmed={(route) => !route.enabled}
        pendingRows={4}
      />
      {deleting && <DeleteRouteDialog route={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  );
}

function columnsThat(
  onEdit: (route: string) => void,
  onDelete: (route: Route) => void,
): readonly Column<Route>[] {
  return [
    {
      id: 'route',
      header: 'Route',
      phone: 'title',
      cell: (route) => (
        <RowTitle detail={route.name}>
          <RowButton onClick={() => onEdit(route.id)}>
            <code>{`${route.host ?? ''}${route.path}`}</code>
          </RowButton>
        </RowTitle>
      ),
    },
    {
      id: 'methods',
      header: 'Methods',
      widthPx: 116,
      cell: ({ methods }) => (methods.length === 0 ? 'All' : methods.join(', ')),
    },
    {
      id: 'upstream',
      header: 'Leads to',
      widthPx: 168,
      cell: ({ upstream, rewrite }) => (
        <RowTitle detail={rewrite !== null && <code>{rewrite}</code>}>{upstream.name}</RowTitle>
      ),
    },
    {
      id: 'needs',
      header: 'Needs',
      widthPx: 148,
      phone: 'hidden',
      leaves: 'below-720',
      cell: needsText,
    },
    {
      id: 'priority',
      header: 'Priority',
      widthPx: 80,
      align: 'end',
      phone: 'hidden',
      leaves: 'below-960',
      cell: ({ priority }) => String(priority),
    },
    {
      id: 'cost',
      header: 'Units',
      widthPx: 68,
      align: 'end',
      phone: 'hidden',
      leaves: 'below-960',
      cell: ({ cost }) => numberText(cost),
    },
    {
      id: 'status',
      header: 'Status',
      widthPx: 108,
      cell: ({ enabled }) => (
        <Status tone={enabled ? 'good' : 'idle'} word={enabled ? 'In force' : 'Off'} />
      ),
    },
    {
      id: 'actions',
      header: 'Actions',
      widthPx: 56,
      align: 'end',
      phone: 'actions',
      cell: (route) => (
        <Menu
          label={`Actions for ${route.name}`}
          trigger={(props) => (
            <IconButton
              label={`Actions for ${route.name}`}
              icon={<IconDots aria-hidden />}
              {...props}
            />
          )}
        >
          <MenuItem icon={<IconPencil aria-hidden />} onClick={() => onEdit(route.id)}>
            Edit…
          </MenuItem>
          <MenuItem kind="danger" icon={<IconTrash aria-hidden />} onClick={() => onDelete(route)}>
            Delete…
          </MenuItem>
        </Menu>
      ),
    },
  ];
}

function needsText({ authRequired, requiredScopes }: Route): string {
  if (!authRequired) return 'No key';
  return requiredScopes.length === 0 ? 'A key' : requiredScopes.join(', ');
}
