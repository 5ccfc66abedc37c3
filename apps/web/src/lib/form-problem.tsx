import { useEffect, useRef } from 'react';
import { fieldErrors } from './error-text.ts';
import { ProblemReport } from './problem-report.tsx';

export interface FormProblemProps {
  error: unknown;
  /** The fields at which their own faults are shown. */
  fields: readonly string[];
}

/** Why a form was refused, unless its fields say all of it; the first wrong field gets the focus. */
export function FormProblem({ error, fields }: FormProblemProps) {
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!error) return;
    const form = ref.current?.closest('form');
    form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);

  const faults = Object.keys(fieldErrors(error));
  const isSaidByFields = faults.length > 0 && faults.every((field) => fields.includes(field));
  return (
    <>
      <span ref={ref} hidden />
      {Boolean(error) && !isSaidByFields && <ProblemReport error={error} size="inline" />}
    </>
  );
}
