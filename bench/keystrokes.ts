import type { Locator } from '@playwright/test';

/** Whether what is shown is what was found for a text; runs in the page. */
export type Answered = (text: string) => boolean;

/**
 * Types texts into a field, and times their last keystrokes.
 *
 * @returns milliseconds from each of these until the frame with its answer was painted
 */
export async function pressKeys(
  field: Locator,
  texts: readonly string[],
  isAnswered: Answered,
): Promise<number[]> {
  const tookMs: number[] = [];
  for (const text of texts) {
    await expectAnswer(field, text.slice(0, -1), isAnswered, (start) => field.fill(start));
    tookMs.push(
      await expectAnswer(field, text, isAnswered, (whole) => field.press(whole.slice(-1))),
    );
  }
  return tookMs;
}

async function expectAnswer(
  field: Locator,
  text: string,
  isAnswered: Answered,
  type: (text: string) => Promise<void>,
): Promise<number> {
  // The content security policy lets no text become a function in the page, so the browser's debugger makes it one.
  const call = `(${watch.toString()})(${JSON.stringify(text)}, ${isAnswered.toString()})`;
  const answered = await field.page().evaluateHandle<ReturnType<typeof watch>>(call);
  await type(text);
  return answered.evaluate(({ tookMs }) => tookMs);
}

/** Times what is typed next. In an object, because a promise would be waited for before anything is typed. */
function watch(text: string, isAnswered: Answered): { tookMs: Promise<number> } {
  const tookMs = new Promise<number>((resolve, reject) => {
    let typedAt = 0;
    for (const type of ['keydown', 'input']) {
      const remember = (event: Event) => (typedAt ||= event.timeStamp);
      addEventListener(type, remember, { capture: true, once: true });
    }
    setTimeout(() => reject(new Error(`There was no answer to ${text}.`)), 10_000);
    const observer = new MutationObserver(() => {
      if (typedAt === 0 || !isAnswered(text)) return;
      observer.disconnect();
      // Past the next frame, it is painted.
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - typedAt)));
    });
    observer.observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  });
  return { tookMs };
}
