import { useMutation } from '@tanstack/react-query';
import type { Session } from '@apigate/contract';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { RelativeTime } from '@apigate/ui/relative-time';
import { showToast } from '@apigate/ui/toasts';
import { deviceText } from '../../lib/device-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { endOfSessionInCode } from './sessions-in-code.ts';

export interface EndSessionDialogProps {
  session: Session;
  onClose: () => void;
}

export function EndSessionDialog({ session, onClose }: EndSessionDialogProps) {
  const device = deviceText(session.userAgent);
  const end = useMutation(
    trpc.sessions.end.mutationOptions({
      onSuccess: async () => {
        onClose();
        showToast({ text: `The session of ${device} has ended.` });
        await Promise.all([
          queryClient.invalidateQueries(trpc.sessions.pathFilter()),
          queryClient.invalidateQueries(trpc.audit.list.pathFilter()),
        ]);
      },
    }),
  );
  return (
    <FormDialog
      title={`End the session of ${device}?`}
      verb="End session"
      kind="danger"
      mutation={end}
      code={() => endOfSessionInCode(session.id)}
      onSubmit={() => end.mutate({ session: session.id })}
      onClose={onClose}
    >
      <p>
        From {session.ip === null ? 'an unknown address' : <code>{session.ip}</code>}, last used{' '}
        <RelativeTime at={session.lastUsedAt} />, signed in <RelativeTime at={session.createdAt} />.
      </p>
      <ConsequenceList
        items={[
          { kind: 'stops', text: 'What is signed in there, within a second.' },
          { kind: 'kept', text: 'API keys: programs that call with them go on.' },
          { kind: 'undo', text: 'Sign in there again.' },
        ]}
      />
    </FormDialog>
  );
}
