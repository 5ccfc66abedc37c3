// What pages need before they need a schema: nothing here brings Zod along.

/** Longest filter expression, in characters. */
export const filterCharsMax = 1_000;

/** Ten years. */
export const inactiveDaysMax = 3650;
