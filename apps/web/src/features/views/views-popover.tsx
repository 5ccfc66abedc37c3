import { useState } from 'react';
import { useMutation, useQuery } from '@tanstack/react-query';
import {
  IconBookmark,
  IconBookmarkPlus,
  IconPencil,
  IconRefresh,
  IconTrash,
  IconUsersGroup,
} from '@tabler/icons-react';
import type { View } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { IconButton } from '@apigate/ui/icon-button';
import { Popover } from '@apigate/ui/popover';
import { Skeleton } from '@apigate/ui/skeleton';
import { showToast } from '@apigate/ui/toasts';
import { useMe } from '../../lib/me.ts';
import { mayShareViews } from '../../lib/permissions.ts';
import { toastProblem } from '../../lib/toast-problem.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { ViewDialog } from './view-dialog.tsx';
import { viewsQuery } from './views-query.ts';
import styles from './views-popover.module.css';

export interface ViewsPopoverProps {
  /** Which list this is: `users`. */
  list: string;
  /** The query of the present address, without the question mark. */
  search: string;
  onApply: (search: string) => void;
}

/** The saved views of a list: to go to, to keep up, and the present one to save. */
export function ViewsPopover({ list, search, onApply }: ViewsPopoverProps) {
  const me = useMe();
  const views = useQuery(viewsQuery(list));
  const [dialog, setDialog] = useState<{ view: View | undefined }>();
  const refresh = () => queryClient.invalidateQueries(trpc.views.pathFilter());
  const restore = useMutation(
    trpc.views.create.mutationOptions({ onSuccess: refresh, onError: toastProblem }),
  );
  const remove = useMutation(
    trpc.views.delete.mutationOptions({ onSuccess: refresh, onError: toastProblem }),
  );
  const update = useMutation(
    trpc.views.update.mutationOptions({
      onSuccess: async (view) => {
        showToast({ text: `“${view.name}” is what you see now.` });
        await refresh();
      },
      onError: toastProblem,
    }),
  );
  const shown = views.data?.data.find((view) => view.search === search);

  return (
    <>
      <Popover
        label="Views"
        className={styles.popover}
        trigger={(props) => (
          <Button kind="quiet" icon={<IconBookmark aria-hidden />} {...props}>
            {shown?.name ?? 'Views'}
          </Button>
        )}
      >
        {views.data === undefined ? (
          <Skeleton heightPx={64} />
        ) : views.data.data.length === 0 ? (
          <p className={styles.none}>
            No view yet. A view keeps filters, order and columns under a name.
          </p>
        ) : (
          <ul>
            {views.data.data.map((view) => (
              <li key={view.id} className={styles.view}>
                <button
                  type="button"
                  className={styles.apply}
                  aria-current={view === shown || undefined}
                  onClick={(event) => {
                    event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
                    onApply(view.search);
                  }}
                >
                  {view.name}
                  {view.shared && (
                    <IconUsersGroup role="img" aria-label="Shared" title="Shared" size="0.875rem" />
                  )}
                </button>
                {(!view.shared || mayShareViews(me)) && (
                  <>
                    {view !== shown && (
                      <IconButton
                        label={`Make ${view.name} what you see now`}
                        icon={<IconRefresh aria-hidden />}
                        onClick={() => update.mutate({ view: view.id, search })}
                      />
                    )}
                    <IconButton
                      label={`Rename ${view.name}`}
                      icon={<IconPencil aria-hidden />}
                      onClick={() => setDialog({ view })}
                    />
                    <IconButton
                      label={`Delete ${view.name}`}
                      icon={<IconTrash aria-hidden />}
                      onClick={() => {
                        const { id, name, shared, search: kept } = view;
                        remove.mutate(
                          { view: id },
                          {
                            onSuccess: () =>
                              showToast({
                                text: `The view “${name}” is deleted.`,
                                undo: () => restore.mutate({ list, name, shared, search: kept }),
                              }),
                          },
                        );
                      }}
                    />
                  </>
                )}
              </li>
            ))}
          </ul>
        )}
        {shown === undefined && (
          <div className={styles.save}>
            <Button
              kind="quiet"
              icon={<IconBookmarkPlus aria-hidden />}
              onClick={() => setDialog({ view: undefined })}
            >
              Save this view…
            </Button>
          </div>
        )}
      </Popover>
      {dialog && (
        <ViewDialog
          list={list}
          search={search}
          view={dialog.view}
          onClose={() => setDialog(undefined)}
          onSaved={refresh}
        />
      )}
    </>
  );
}
