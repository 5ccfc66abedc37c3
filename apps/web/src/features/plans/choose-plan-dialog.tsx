import { useMutation } from '@tanstack/react-query';
import type { Plan } from '@apigate/contract';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { showToast } from '@apigate/ui/toasts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { forgetMe } from '../../lib/me.ts';
import { numberText } from '../../lib/number-text.ts';
import { toastProblem } from '../../lib/toast-problem.ts';
import { client, queryClient, trpc } from '../../lib/trpc.ts';
import { fitText } from './fit-text.ts';
import type { PlanFact } from './plan-facts.ts';
import type { PlanFit } from './plan-fit.ts';
import styles from './choose-plan-dialog.module.css';

export interface ChoosePlanDialogProps {
  plan: Plan;
  own: Plan;
  usage: { used: number; periodEnd: Date };
  fit: PlanFit;
  facts: readonly PlanFact[];
  ownFacts: readonly PlanFact[];
  onClose: () => void;
}

/** What a change of plan does, before it is made. */
export function ChoosePlanDialog(props: ChoosePlanDialogProps) {
  const { plan, own, usage, fit, facts, ownFacts, onClose } = props;
  const choose = useMutation(
    trpc.plans.choose.mutationOptions({
      onSuccess: async () => {
        onClose();
        showToast({
          text: `You are on ${plan.name} now.`,
          ...(own.enabled && { undo: () => void undo(own) }),
        });
        await refresh();
      },
    }),
  );
  const changes = facts.flatMap((fact, at) =>
    fact.than === 'same' ? [] : [{ ...fact, before: ownFacts[at]?.text }],
  );
  return (
    <FormDialog
      title={`Change to ${plan.name}?`}
      verb={`Change to ${plan.name}`}
      mutation={choose}
      onSubmit={() => choose.mutate({ plan: plan.id })}
      onClose={onClose}
    >
      {changes.length > 0 && (
        <dl className={styles.changes}>
          {changes.map(({ name, text, before }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd data-numeric>
                <del>{before}</del> <ins>{text}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <ConsequenceList
        items={[
          ...(fit.kind === 'fits'
            ? []
            : [{ kind: 'stops' as const, text: fitText(fit, plan, usage, false) }]),
          {
            kind: 'kept',
            text: `Your keys, as they are, and the ${numberText(usage.used)} that you used this month: it counts on.`,
          },
          {
            kind: 'undo',
            text: own.enabled
              ? `At any time, by choosing ${own.name} again.`
              : `Not by yourself: ${own.name} is no longer offered.`,
          },
        ]}
      />
    </FormDialog>
  );
}

async function undo(plan: Plan): Promise<void> {
  try {
    await client.plans.choose.mutate({ plan: plan.id });
    showToast({ text: `You are on ${plan.name} again.` });
    await refresh();
  } catch (error) {
    toastProblem(error);
  }
}

/** The limits are other ones everywhere. */
async function refresh(): Promise<void> {
  await Promise.all([
    forgetMe(),
    queryClient.invalidateQueries(trpc.plans.pathFilter()),
    queryClient.invalidateQueries(trpc.usage.pathFilter()),
  ]);
}
