import { useMutation } from '@tanstack/react-query';
import type { Route, Upstream } from '@apigate/contract';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { showToast } from '@apigate/ui/toasts';
import { deedInCode } from '../../lib/deed-in-code.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { shellQuoted } from '../../lib/shell-text.ts';
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
    <FormDialog
      title={`Delete the upstream ${upstream.name}?`}
      verb={routes.length === 0 ? 'Delete upstream' : null}
      kind="danger"
      mutation={remove}
      code={() =>
        deedInCode({
          command: `apigate upstreams delete ${shellQuoted(upstream.name)}`,
          method: 'DELETE',
          path: `/admin/upstreams/${upstream.id}`,
          call: 'upstreams.delete',
          ref: upstream.name,
        })
      }
      onSubmit={() => remove.mutate({ upstream: upstream.id })}
      onClose={onClose}
    >
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
    </FormDialog>
  );
}
