import { setFlagsFromString } from 'node:v8';

/** How much more than what is in use the heap may hold before it is looked through, in percent. */
const growingPercent = 20;
/** How much it may hold at first, when nothing is known yet about what stays in use. */
const firstMb = 40;

/**
 * Has every thread that is started from now on collect what it no longer needs before its memory doubles, as it
 * otherwise would: with many keys in use that is 100 MB. It costs next to nothing, because what a request leaves behind
 * is gone before it is counted there.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${growingPercent}`);
  setFlagsFromString(`--initial-old-space-size=${firstMb}`);
}
