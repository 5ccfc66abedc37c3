/** One page of a list; `nextCursor` is null on the last one. */
export interface Page<T> {
  data: T[];
  hasMore: boolean;
  nextCursor: string | null;
}

/** A list: `await` gives one page, `for await` walks every item of every page. */
export interface Listing<T> extends Promise<Page<T>>, AsyncIterable<T> {}

/** Asks for the first page at once and for each further one when the loop gets there. */
export function listing<T>(loadPage: (cursor?: string) => Promise<Page<T>>): Listing<T> {
  const firstPage = loadPage();
  return Object.assign(firstPage, {
    async *[Symbol.asyncIterator]() {
      let page = await firstPage;
      yield* page.data;
      while (page.nextCursor !== null) {
        page = await loadPage(page.nextCursor);
        yield* page.data;
      }
    },
  });
}

/** A list that the server gives whole. */
export function wholeListing<T>(load: () => Promise<{ data: T[] }>): Listing<T> {
  return listing(async () => ({ data: (await load()).data, hasMore: false, nextCursor: null }));
}
