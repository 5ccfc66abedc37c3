import { filterFields, userStatuses } from '@apigate/contract';

export interface Completion {
  /** Characters before what a choice replaces; it goes up to the caret. */
  from: number;
  options: readonly string[];
}

const tokens = /"(?:[^"\\]|\\.)*"?|[A-Za-z_]+|-?[\d.]+|<=|>=|!=|[=<>()]/g;
const comparisons = ['=', '!=', '<', '<=', '>', '>='];

/**
 * What may come at the caret of a filter expression.
 *
 * @param beforeCaret the expression up to the caret
 * @param planSlugs what `plan` may be compared with
 */
export function completeFilter(beforeCaret: string, planSlugs: readonly string[]): Completion {
  const found = [...beforeCaret.matchAll(tokens)];
  const last = found.at(-1);
  const isTyping =
    last !== undefined &&
    last.index + last[0].length === beforeCaret.length &&
    /^(?:[A-Za-z_]+|"[^"]*|[<>!])$/.test(last[0]);
  const typed = isTyping ? last[0] : '';
  const before = (isTyping ? found.slice(0, -1) : found).map(([text]) => text);
  return {
    from: beforeCaret.length - typed.length,
    options: optionsAfter(before, planSlugs).filter(
      (option) => option.startsWith(typed) && option !== typed,
    ),
  };
}

function optionsAfter(before: readonly string[], planSlugs: readonly string[]): readonly string[] {
  const last = before.at(-1);
  if (last === undefined || /^(?:and|or|not|\()$/i.test(last)) return [...filterFields, 'not'];
  if (comparisons.includes(last)) return valuesOf(before.at(-2), planSlugs);
  if (isField(last)) return last === 'plan' || last === 'status' ? ['=', '!='] : comparisons;
  return ['and', 'or'];
}

function valuesOf(field: string | undefined, planSlugs: readonly string[]): readonly string[] {
  const names = { plan: planSlugs, status: userStatuses }[field ?? ''] ?? [];
  return names.map((name) => `"${name}"`);
}

function isField(word: string): boolean {
  return filterFields.some((field) => field === word);
}
