import { showToast } from '@apigate/ui/toasts';
import { problemText } from './error-text.ts';

/** Reports a failure where there is no form to show it in. */
export function toastProblem(error: unknown): void {
  const { what, next } = problemText(error);
  showToast({ text: `${what} ${next}` });
}
