const form = /^\d{1,15}$/;

/** Reads a length: digits alone, and no more than a number holds exactly. @returns -1 when it is not one */
export function contentLengthOf(value: string): number {
  return form.test(value) ? Number(value) : -1;
}
