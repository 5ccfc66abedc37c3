/** Between two questions while somebody types, so that many letters at once are one question. */
export const typingPauseMs = 40;
