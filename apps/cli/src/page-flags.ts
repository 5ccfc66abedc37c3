import { number, text } from './flags.ts';

/** The flags of every list. */
export const pageFlags = {
  limit: number('--limit <n>', 'rows at most, 1 to 200; 50 unless told'),
  cursor: text('--cursor <cursor>', 'go on after a page, by the cursor it ended with'),
};
