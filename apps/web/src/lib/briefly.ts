/** Less than what makes the router show that a page is on its way. */
const patienceMs = 120;

/**
 * For loaders: waits for what the page will read, but not for long. What is answered at once is part of the page when it
 * first renders; for the rest the page holds the place.
 *
 * @param reads which never fail, such as prefetches do not.
 */
export async function briefly(...reads: (Promise<void> | false)[]): Promise<void> {
  await Promise.race([
    Promise.all(reads.filter((read) => read !== false)),
    new Promise((resolve) => setTimeout(resolve, patienceMs)),
  ]);
}
