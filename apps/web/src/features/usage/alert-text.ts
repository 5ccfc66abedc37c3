import type { RaisedAlert } from '@apigate/contract';
import { numberText, percentText } from '../../lib/number-text.ts';

/** Shares in a sentence: "80 % and 100 %". */
export function percentsText(percents: readonly number[]): string {
  return new Intl.ListFormat('en').format(percents.map(percentText));
}

/** What an alert told, in a sentence without its time. */
export function raisedText({ measure, percent, units, limit }: RaisedAlert): string {
  const amount = `${numberText(units)} of ${numberText(limit)}`;
  return measure === 'quota'
    ? `${percentText(percent)} of the quota used: ${amount}`
    : `${percentText(percent)} expected by the end: ${amount}`;
}
