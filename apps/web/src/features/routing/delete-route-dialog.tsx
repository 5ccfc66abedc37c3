import { useMutation } from '@tanstack/react-query';
import type { Route } from '@apigate/contract';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { showToast } from '@apigate/ui/toasts';
import { deedInCode } from '../../lib/deed-in-code.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { shellQuoted } from '../../lib/shell-text.ts';
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
    <FormDialog
      title={`Delete the route ${route.name}?`}
      verb="Delete route"
      kind="danger"
      mutation={remove}
      code={() =>
        deedInCode({
          command: `apigate routes delete ${shellQuoted(route.name)}`,
          method: 'DELETE',
          path: `/admin/routes/${route.id}`,
          call: 'routes.delete',
          ref: route.name,
        })
      }
      onSubmit={() => remove.mutate({ route: route.id })}
      onClose={onClose}
    >
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
    </FormDialog>
  );
}
