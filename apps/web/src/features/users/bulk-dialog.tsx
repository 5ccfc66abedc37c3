import { useState, type SubmitEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { BulkUsersAction } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { CodePopover } from '@apigate/ui/code-popover';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { SelectField } from '@apigate/ui/select-field';
import { Skeleton } from '@apigate/ui/skeleton';
import { TextField } from '@apigate/ui/text-field';
import { fieldErrors } from '../../lib/error-text.ts';
import { formText } from '../../lib/form-text.ts';
import { numberText } from '../../lib/number-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { client, trpc } from '../../lib/trpc.ts';
import { bulkInCode } from './bulk-in-code.ts';
import { BulkOutcomes } from './bulk-outcomes.tsx';
import { BulkProgress } from './bulk-progress.tsx';
import { bulkConsequences, bulkWords, usersText } from './bulk-words.ts';
import { useBulkRun } from './use-bulk-run.ts';
import type { UsersFilter } from './users-search.ts';

/** Users that are named, or everybody for whom a filter holds. */
export type BulkTarget = { users: string[] } | { where: UsersFilter };

export interface BulkDialogProps {
  action: BulkUsersAction;
  target: BulkTarget;
  onClose: () => void;
  /** Told when something was done, and the selection has served. */
  onDone: () => void;
}

/** Something done to many users: first what would become of whom, then how far it is, then what became of them. */
export function BulkDialog({ action, target, onClose, onDone }: BulkDialogProps) {
  const words = bulkWords[action];
  const [plan, setPlan] = useState('');
  const [isMistyped, setIsMistyped] = useState(false);
  const { run, start, stop } = useBulkRun();
  const plans = useQuery({
    ...trpc.plans.list.queryOptions({}),
    enabled: action === 'change_plan',
  });
  const isAsked = action !== 'change_plan' || plan !== '';
  const preview = useQuery({
    queryKey: ['users.bulk', action, target, plan],
    queryFn: ({ signal }) =>
      client.users.bulk.mutate(
        { action, ...target, ...(plan !== '' && { plan }), dryRun: true },
        { signal },
      ),
    enabled: isAsked && run === undefined,
    gcTime: 0,
  });
  const ids = (preview.data?.users ?? []).flatMap(({ user, skipped }) =>
    user !== null && skipped === null ? [user.id] : [],
  );
  const confirmation = `delete ${usersText(ids.length)}`;

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (ids.length === 0) return;
    const form = new FormData(event.currentTarget);
    const isWrong = action === 'delete' && formText(form, 'confirmation').trim() !== confirmation;
    setIsMistyped(isWrong);
    if (isWrong) return;
    const reason = formText(form, 'reason').trim();
    onDone();
    void start([
      { action, users: ids, ...(plan !== '' && { plan }), ...(reason !== '' && { reason }) },
    ]);
  }

  if (run) {
    return (
      <BulkProgress
        action={action}
        run={run}
        onStop={stop}
        onUndo={(steps) => void start(steps)}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog title={words.title} onClose={onClose}>
      <DialogBody
        onSubmit={submit}
        actions={
          <>
            <Button onClick={onClose} data-first-focus>
              Cancel
            </Button>
            {ids.length > 0 && (
              <Button
                type="submit"
                kind={action === 'suspend' || action === 'delete' ? 'danger' : 'primary'}
              >
                {words.verb(usersText(ids.length))}
              </Button>
            )}
          </>
        }
      >
        {bulkConsequences[action].length > 0 && (
          <ConsequenceList items={bulkConsequences[action]} />
        )}
        {action === 'change_plan' && (
          <SelectField
            label="New plan"
            value={plan}
            onChange={(event) => setPlan(event.currentTarget.value)}
            options={[
              { value: '', label: 'Choose a plan' },
              ...(plans.data?.data ?? []).map(({ slug, name }) => ({ value: slug, label: name })),
            ]}
          />
        )}
        {action === 'suspend' && (
          <TextField
            label="Reason"
            note="optional"
            name="reason"
            maxLength={500}
            autoComplete="off"
            hint="Shown to admins and moderators beside the status."
          />
        )}
        {isAsked &&
          (preview.error ? (
            <PreviewProblem error={preview.error} onRetry={() => void preview.refetch()} />
          ) : preview.data ? (
            <BulkOutcomes outcomes={preview.data.users} deed={words.would} />
          ) : (
            <Skeleton heightPx={88} />
          ))}
        {action === 'delete' && ids.length > 0 && (
          <TextField
            label={`Type “${confirmation}” to do it`}
            name="confirmation"
            autoComplete="off"
            spellCheck={false}
            required
            error={isMistyped ? `This is not “${confirmation}”. Nothing was deleted.` : undefined}
          />
        )}
        <div>
          <CodePopover
            about="The same, for the same users."
            samples={bulkInCode(action, target, plan)}
          />
        </div>
      </DialogBody>
    </Dialog>
  );
}

function PreviewProblem({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const tooMany = fieldErrors(error)['where'];
  return tooMany === undefined ? (
    <ProblemReport error={error} size="inline" onRetry={onRetry} />
  ) : (
    <p role="alert">
      This filter {tooMany}. At most {numberText(10_000)} users are changed at once.
    </p>
  );
}
