import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { IconDots, IconStar, IconTrash } from '@tabler/icons-react';
import type { Plan } from '@apigate/contract';
import { IconButton } from '@apigate/ui/icon-button';
import { Menu } from '@apigate/ui/menu';
import { MenuItem } from '@apigate/ui/menu-item';
import { showToast } from '@apigate/ui/toasts';
import { toastProblem } from '../../lib/toast-problem.ts';
import { client } from '../../lib/trpc.ts';
import { DeletePlanDialog } from './delete-plan-dialog.tsx';
import { refreshPlans } from './refresh-plans.ts';

export interface PlanActionsProps {
  plan: Plan;
  onDeleted?: () => Promise<void>;
}

/** What can be done to a plan beside changing its fields. */
export function PlanActions({ plan, onDeleted }: PlanActionsProps) {
  const [isDeleting, setIsDeleting] = useState(false);
  const makeDefault = useMutation({
    mutationFn: async (id: string) => {
      const { data } = await client.plans.list.query({ limit: 200 });
      const { name } = await client.plans.update.mutate({ plan: id, isDefault: true });
      return { name, former: data.find((each) => each.isDefault) };
    },
    onSuccess: async ({ name, former }) => {
      showToast({
        text: `${name} is the default: new users get it.`,
        undo: former && (() => makeDefault.mutate(former.id)),
      });
      await refreshPlans();
    },
    onError: toastProblem,
  });
  const name = `Actions for ${plan.name}`;
  return (
    <>
      <Menu
        label={name}
        trigger={(props) => <IconButton label={name} icon={<IconDots aria-hidden />} {...props} />}
      >
        {!plan.isDefault && plan.enabled && (
          <MenuItem icon={<IconStar aria-hidden />} onClick={() => makeDefault.mutate(plan.id)}>
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
