/** A server-sent event. */
export interface ServerSentEvent {
  name: string;
  data: string;
}

/** The events in a stream of server-sent events, as our own server writes them: one `event` and one `data` each. */
export async function* eventsIn(parts: AsyncIterable<string>): AsyncGenerator<ServerSentEvent> {
  let rest = '';
  for await (const part of parts) {
    const blocks = (rest + part).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (name !== undefined && data !== undefined) yield { name, data };
    }
  }
}
