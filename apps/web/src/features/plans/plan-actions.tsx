import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { IconDots, IconStar, IconTrash } from '@tabler/icons-react';
import type { Plan } from '@apigate/contract';
import { IconButton } from '@apigate/ui/icon-button';
import { Menu } from '@apigate/ui/menu';
import { MenuItem } from '@apigate/ui/menu-item';
import { showToast } from '@apigate/ui/toasts';
import { toastProblem } from '../../lib/toast-problem.ts';
import { trpc } from '../../lib/trpc.ts';
import { DeletePlanDialog } from './delete-plan-dialog.tsx';
import { refreshPlans } from './refresh-plans.ts';

export interface PlanActionsProps {
  plan: Plan;
  onDeleted?: () => Promise<void>;
}

/** What can be done to a plan beside changing its fields. */
export function PlanActions({ plan, onDeleted }: PlanActionsProps) {
  const [isDeleting, setIsDeleting] = useState(false);
  const makeDefault = useMutation(
    trpc.plans.update.mutationOptions({
      onSuccess: async ({ name }) => {
        showToast({ text: `${name} is the default: new users get it.` });
        await refreshPlans();
      },
      onError: toastProblem,
    }),
  );
  const name = `Actions for ${plan.name}`;
  return (
    <>
      <Menu
        label={name}
        trigger={(props) => <IconButton label={name} icon={<IconDots aria-hidden />} {...props} />}
      >
        {!plan.isDefault && plan.enabled && (
          <MenuItem
            icon={<IconStar aria-hidden />}
            onClick={() => makeDefault.mutate({ plan: plan.id, isDefault: true })}
          >
            Make default
          </MenuItem>
        )}
        <MenuItem
          kind="danger"
          icon={<IconTrash aria-hidden />}
          onClick={() => setIsDeleting(true)}
        >
          Delete…
        </MenuItem>
      </Menu>
      {isDeleting && (
        <DeletePlanDialog
          plan={plan}
          onClose={() => setIsDeleting(false)}
          onDeleted={async () => onDeleted?.()}
        />
      )}
    </>
  );
}
