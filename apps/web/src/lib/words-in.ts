/** What was typed one after the other, with blanks, commas or line ends between. */
export function wordsIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}
