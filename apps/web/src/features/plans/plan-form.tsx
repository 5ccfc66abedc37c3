import { useDeferredValue, useState, type ReactNode, type SyntheticEvent } from 'react';
import { Button } from '@apigate/ui/button';
import { FormProblem } from '../../lib/form-problem.tsx';
import { fieldErrors } from '../../lib/error-text.ts';
import { readPlanForm, type PlanDraft } from './plan-draft.ts';
import { PlanFields } from './plan-fields.tsx';
import styles from './plan-form.module.css';

export interface PlanFormProps {
  start: PlanDraft;
  isNew: boolean;
  verb: string;
  mutation: { isPending: boolean; error: unknown };
  onSubmit: (draft: PlanDraft) => void;
  /** Stands above the button. */
  notice?: ReactNode;
  /** Stands beside the fields; follows what is typed. */
  aside: (draft: PlanDraft) => ReactNode;
}

/** A plan to fill in, with what it does beside it. */
export function PlanForm({ start, isNew, verb, mutation, onSubmit, notice, aside }: PlanFormProps) {
  const [draft, setDraft] = useState(start);
  const settled = useDeferredValue(draft);
  const errors = fieldErrors(mutation.error);
  const read = (event: SyntheticEvent<HTMLFormElement>) =>
    readPlanForm(new FormData(event.currentTarget));
  return (
    <form
      className={styles.columns}
      onChange={(event) => {
        if (event.currentTarget.checkValidity()) setDraft(read(event));
      }}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(read(event));
      }}
    >
      <div className={styles.fields}>
        <FormProblem error={mutation.error} fields={Object.keys(draft)} />
        <PlanFields start={start} draft={draft} isNew={isNew} errors={errors} />
      </div>
      <div className={styles.aside}>{aside(settled)}</div>
      <div className={styles.actions}>
        {notice}
        <div>
          <Button type="submit" kind="primary" busy={mutation.isPending}>
            {verb}
          </Button>
        </div>
      </div>
    </form>
  );
}
