import { useMutation } from '@tanstack/react-query';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { showToast } from '@apigate/ui/toasts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { endOfOtherSessionsInCode } from './sessions-in-code.ts';

export function EndOtherSessionsDialog({ onClose }: { onClose: () => void }) {
  const endOthers = useMutation(
    trpc.sessions.endOthers.mutationOptions({
      onSuccess: async () => {
        onClose();
        showToast({ text: 'All other sessions have ended.' });
        await queryClient.invalidateQueries(trpc.sessions.pathFilter());
      },
    }),
  );
  return (
    <FormDialog
      title="End all your other sessions?"
      verb="End other sessions"
      kind="danger"
      mutation={endOthers}
      code={endOfOtherSessionsInCode}
      onSubmit={() => endOthers.mutate()}
      onClose={onClose}
    >
      <ConsequenceList
        items={[
          { kind: 'stops', text: 'Every browser and program that is signed in as you, but this.' },
          { kind: 'kept', text: 'Your API keys: programs that call with them go on.' },
          { kind: 'undo', text: 'Sign in there again.' },
        ]}
      />
    </FormDialog>
  );
}
