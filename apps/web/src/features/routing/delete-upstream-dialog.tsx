import { useMutation } from '@tanstack/react-query';
import type { Route, Upstream } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { showToast } from '@apigate/ui/toasts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { trpc } from '../../lib/trpc.ts';
import { refreshRouting } from './refresh-routing.ts';

export interface DeleteUpstreamDialogProps {
  upstream: Upstream;
  /** Those that lead to it. */
  routes: readonly Route[];
  onClose: () => void;
}

/** Deletes an upstream that no route leads to; of any other it names the routes that stand in the way. */
export function DeleteUpstreamDialog({ upstream, routes, onClose }: DeleteUpstreamDialogProps) {
  const remove = useMutation(
    trpc.upstreams.delete.mutationOptions({
      onSuccess: async () => {
        onClose();
        showToast({ text: `The upstream ${upstream.name} is deleted.` });
        await refreshRouting();
      },
    }),
  );
  return (
    <Dialog title={`Delete the upstream ${upstream.name}?`} onClose={onClose}>
      <DialogBody
        onSubmit={(event) => {
          event.preventDefault();
          remove.mutate({ upstream: upstream.id });
        }}
        actions={
          <>
            <Button onClick={onClose} data-first-focus>
              Cancel
            </Button>
            {routes.length === 0 && (
              <Button type="submit" kind="danger" busy={remove.isPending}>
                Delete upstream
              </Button>
            )}
          </>
        }
      >
        {remove.error && <ProblemReport error={remove.error} size="inline" />}
        {routes.length === 0 ? (
          <ConsequenceList
            items={[
              { kind: 'stops', text: 'Nothing: no route leads to it.' },
              { kind: 'undo', text: 'Make it again, with the value of its auth header.' },
            ]}
          />
        ) : (
          <p>
            {routes.length === 1 ? 'A route leads' : `${routes.length} routes lead`} here:{' '}
            {routes.map(({ name }) => name).join(', ')}. Delete them or lead them elsewhere first.
          </p>
        )}
      </DialogBody>
    </Dialog>
  );
}
