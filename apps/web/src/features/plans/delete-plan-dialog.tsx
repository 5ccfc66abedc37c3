import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Plan } from '@apigate/contract';
import { buttonClassName } from '@apigate/ui/button';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { showToast } from '@apigate/ui/toasts';
import { deedInCode } from '../../lib/deed-in-code.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { numberText } from '../../lib/number-text.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { refreshPlans } from './refresh-plans.ts';

export interface DeletePlanDialogProps {
  plan: Plan;
  onClose: () => void;
  onDeleted: () => Promise<void>;
}

/** Deletes a plan that nobody is on; of any other it says what stands in the way, and leads there. */
export function DeletePlanDialog({ plan, onClose, onDeleted }: DeletePlanDialogProps) {
  const remove = useMutation(
    trpc.plans.delete.mutationOptions({
      onSuccess: async () => {
        onClose();
        showToast({ text: `The plan ${plan.name} is deleted.` });
        // Off its page first, or it would be asked for again.
        await onDeleted();
        queryClient.removeQueries(trpc.plans.get.queryFilter({ plan: plan.slug }));
        await refreshPlans();
      },
    }),
  );
  const obstacle = obstacleOf(plan);
  return (
    <FormDialog
      title={`Delete the plan ${plan.name}?`}
      verb={obstacle === null ? 'Delete plan' : null}
      kind="danger"
      otherWay={
        (plan.userCount ?? 0) > 0 && (
          <Link
            to="/console/users"
            search={{ plan: plan.slug }}
            className={buttonClassName('primary')}
          >
            Go to these users
          </Link>
        )
      }
      mutation={remove}
      code={() =>
        deedInCode({
          command: `apigate plans delete ${plan.slug}`,
          method: 'DELETE',
          path: `/admin/plans/${plan.slug}`,
          call: 'plans.delete',
          ref: plan.slug,
        })
      }
      onSubmit={() => remove.mutate({ plan: plan.id })}
      onClose={onClose}
    >
      {obstacle === null ? (
        <ConsequenceList
          items={[
            { kind: 'stops', text: 'Nobody can be put on it any more. Nobody is on it now.' },
            { kind: 'kept', text: 'The usage of users who once were on it, and the audit log.' },
            { kind: 'undo', text: 'Not possible. The name and the slug are free again.' },
          ]}
        />
      ) : (
        <p>{obstacle}</p>
      )}
    </FormDialog>
  );
}

function obstacleOf({ isDefault, userCount }: Plan): string | null {
  const users = userCount ?? 0;
  if (users > 0) {
    const who = users === 1 ? 'One user is' : `${numberText(users)} users are`;
    return `${who} on this plan, so it cannot be deleted. Move them to another plan first; to offer it to nobody new meanwhile, turn it off.`;
  }
  return isDefault
    ? 'This is the default plan, and there must be one. Make another plan the default first.'
    : null;
}
