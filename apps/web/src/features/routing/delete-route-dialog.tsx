import { useMutation } from '@tanstack/react-query';
import type { Route } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { showToast } from '@apigate/ui/toasts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { trpc } from '../../lib/trpc.ts';
import { refreshRouting } from './refresh-routing.ts';

export interface DeleteRouteDialogProps {
  route: Route;
  onClose: () => void;
}

export function DeleteRouteDialog({ route, onClose }: DeleteRouteDialogProps) {
  const remove = useMutation(
    trpc.routes.delete.mutationOptions({
      onSuccess: async () => {
        onClose();
        showToast({ text: `The route ${route.name} is deleted.` });
        await refreshRouting();
      },
    }),
  );
  return (
    <Dialog title={`Delete the route ${route.name}?`} onClose={onClose}>
      <DialogBody
        onSubmit={(event) => {
          event.preventDefault();
          remove.mutate({ route: route.id });
        }}
        actions={
          <>
            <Button onClick={onClose} data-first-focus>
              Cancel
            </Button>
            <Button type="submit" kind="danger" busy={remove.isPending}>
              Delete route
            </Button>
          </>
        }
      >
        {remove.error && <ProblemReport error={remove.error} size="inline" />}
        <ConsequenceList
          items={[
            {
              kind: 'stops',
              text: `Requests to ${route.host ?? ''}${route.path} go by another route that covers them, or get 404.`,
            },
            { kind: 'kept', text: 'Its usage, and the upstream that it leads to.' },
            { kind: 'undo', text: 'Make it again. To try without it first, turn it off.' },
          ]}
        />
      </DialogBody>
    </Dialog>
  );
}
