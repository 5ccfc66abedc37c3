import { useDeferredValue, useState, type ReactNode, type SyntheticEvent } from 'react';
import { Button } from '@apigate/ui/button';
import { CodePopover, type CodeSample } from '@apigate/ui/code-popover';
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
  /** The same in code, with what stands in the fields. */
  code: (typed: PlanDraft) => readonly [CodeSample, ...CodeSample[]];
  /** Stands above the button. */
  notice?: ReactNode;
  /** Stands beside the fields; follows what is typed. */
  aside: (draft: PlanDraft) => ReactNode;
}

/** A plan to fill in, with what it does beside it. */
export function PlanForm({
  start,
  isNew,
  verb,
  mutation,
  onSubmit,
  code,
  notice,
  aside,
}: PlanFormProps) {
  const [typed, setTyped] = useState(start);
  const [draft, setDraft] = useState(start);
  const settled = useDeferredValue(draft);
  const errors = fieldErrors(mutation.error);
  const read = (event: SyntheticEvent<HTMLFormElement>) =>
    readPlanForm(new FormData(event.currentTarget));
  return (
    <form
      className={styles.columns}
      onChange={(event) => {
        const next = read(event);
        setTyped(next);
        if (event.currentTarget.checkValidity()) setDraft(next);
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
        <div className={styles.buttons}>
          <Button type="submit" kind="primary" busy={mutation.isPending}>
            {verb}
          </Button>
          <CodePopover about="The same, with what stands above." samples={code(typed)} />
        </div>
      </div>
    </form>
  );
}
