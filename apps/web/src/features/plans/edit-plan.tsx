import { useMutation } from '@tanstack/react-query';
import { IconUsersGroup } from '@tabler/icons-react';
import type { Plan } from '@apigate/contract';
import { Notice } from '@apigate/ui/notice';
import { showToast } from '@apigate/ui/toasts';
import { client } from '../../lib/trpc.ts';
import { useSeen } from '../../lib/use-seen.ts';
import { changesOf, type PlanDraft } from './plan-draft.ts';
import { PlanEffectPanel } from './plan-effect-panel.tsx';
import { PlanForm } from './plan-form.tsx';
import { planChangeInCode } from './plans-in-code.ts';
import { refreshPlans } from './refresh-plans.ts';

export interface EditPlanProps {
  plan: Plan;
  onSaved: (plan: Plan) => void;
}

/** A plan to change. Nothing of what somebody else saved meanwhile is overwritten unseen. */
export function EditPlan({ plan: loaded, onSaved }: EditPlanProps) {
  const { seen = loaded, meanwhile, save: saveOver } = useSeen<Plan>(loaded);
  const save = useMutation({
    mutationFn: async (draft: PlanDraft) => {
      const changes = changesOf(draft, seen);
      if (Object.keys(changes).length === 0) return seen;
      const { id: plan } = seen;
      return saveOver(
        seen,
        (unchangedSince) => client.plans.update.mutate({ plan, ...changes, unchangedSince }),
        () => client.plans.get.query({ plan }),
      );
    },
    onSuccess: async (saved) => {
      if (saved === null) return;
      showToast({ text: `${saved.name} is saved; every proxy follows within a second.` });
      onSaved(saved);
      await refreshPlans();
    },
  });
  return (
    <PlanForm
      start={draftOf(loaded)}
      isNew={false}
      verb="Save plan"
      mutation={save}
      onSubmit={(draft) => save.mutate(draft)}
      code={(draft) => planChangeInCode(draft, seen)}
      notice={
        meanwhile !== undefined && (
          <Notice tone="warn" icon={<IconUsersGroup aria-hidden />}>
            Somebody else changed this plan while you did ({meanwhile}): save again to put what
            stands in the form over it, or reload the page to start from theirs.
          </Notice>
        )
      }
      aside={(draft) => <PlanEffectPanel plan={seen} limits={draft} />}
    />
  );
}

function draftOf(plan: Plan): PlanDraft {
  const {
    id: _id,
    isDefault: _isDefault,
    userCount: _users,
    createdAt: _made,
    updatedAt: _changed,
    ...fields
  } = plan;
  return fields;
}
