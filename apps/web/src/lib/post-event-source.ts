const longestPauseMs = 15_000;

/**
 * The events of a subscription, asked for by POST like every other call: a browser's own EventSource sends a GET, which
 * over plain http does not say which site it comes from and has what is asked for in its address. A line that breaks or
 * ends is opened anew, with pauses that grow.
 */
export class PostEventSource extends EventTarget {
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSED = 2;
  readyState: number = this.CONNECTING;
  readonly #leaving = new AbortController();

  constructor(address: string) {
    super();
    const url = new URL(address, location.href);
    const body = url.searchParams.get('input') ?? '{}';
    url.search = '';
    void this.#stayOpen(url, body);
  }

  close(): void {
    this.readyState = this.CLOSED;
    this.#leaving.abort();
  }

  async #stayOpen(url: URL, body: string): Promise<void> {
    for (let pauseMs = 1_000; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        for await (const event of this.#read(url, body)) {
          this.dispatchEvent(event);
          pauseMs = 500;
        }
      } catch {
        // Broken or refused before it began; what comes next is the same as after an end.
      }
      if (this.readyState === this.CLOSED) return;
      this.readyState = this.CONNECTING;
      this.dispatchEvent(new Event('error'));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (this.#leaving.signal.aborted) return;
    }
  }

  async *#read(url: URL, body: string): AsyncGenerator<MessageEvent> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body,
      signal: this.#leaving.signal,
    });
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
    this.readyState = this.OPEN;
    let rest = '';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (rest + part.value).split('\n\n');
      rest = blocks.pop() ?? '';
      yield* blocks.flatMap(eventOf);
    }
  }
}

/** The event in a block of a stream as tRPC writes it: one line of data, and before it a name where it has one. */
function eventOf(block: string): MessageEvent[] {
  const { name = 'message', data } =
    /^(?:event: (?<name>.*)\n)?data: (?<data>.*)$/m.exec(block)?.groups ?? {};
  return data === undefined ? [] : [new MessageEvent(name, { data })];
}
