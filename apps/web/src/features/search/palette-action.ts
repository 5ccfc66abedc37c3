import type { ReactNode } from 'react';
import type { Found } from '@apigate/contract';

/** Something that can be done or gone to, whatever is found. */
export interface PaletteAction {
  /** What it is called, and found by. */
  label: string;
  /** Other words for it. */
  words?: string;
  icon: ReactNode;
  run: () => void;
}

/** Something that can be done to what is found: "suspend acme". */
export interface PaletteVerb {
  /** In lower case, as it is typed: `suspend`, `change plan`. */
  phrase: string;
  /** As an action of its own, before one says to what: "Suspend a user". */
  label: string;
  icon: ReactNode;
  /** @returns what it is called for this one; undefined where it cannot be done to it. */
  labelOf: (found: Found) => string | undefined;
  run: (found: Found) => void;
}

/** Whether every word of `text` begins a word of the action. */
export function fits({ label, words = '' }: Pick<PaletteAction, 'label' | 'words'>, text: string) {
  const own = `${label} ${words}`.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((typed) => own.some((word) => word.startsWith(typed)));
}

/** Takes "suspend acme" apart. The longest phrase counts: "set password" before "set". */
export function readVerb<Verb extends Pick<PaletteVerb, 'phrase'>>(
  verbs: readonly Verb[],
  text: string,
): { verb: Verb; rest: string } | undefined {
  const typed = text.trimStart().toLowerCase();
  const [verb] = verbs
    .filter(({ phrase }) => typed.startsWith(`${phrase} `))
    .toSorted((a, b) => b.phrase.length - a.phrase.length);
  return verb && { verb, rest: text.trimStart().slice(verb.phrase.length).trim() };
}
