const timeoutMs = 10_000;

/** What is asked of the api or a proxy. */
export interface Question {
  path?: string;
  key?: string;
  /** Sent as JSON by POST. */
  body?: object;
}

/** An answer, and how long it took; the status is 0 when there was none. */
export interface Answer {
  status: number;
  ms: number;
  text: string;
}

/** Asks once, on a connection of its own. */
export async function ask(
  port: number,
  { path = '/v1/ask', key, body }: Question,
): Promise<Answer> {
  const startedAt = performance.now();
  const { status, text } = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      connection: 'close',
      ...(key === undefined ? {} : { 'x-api-key': key }),
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  }).then(
    async (response) => ({ status: response.status, text: await response.text() }),
    () => ({ status: 0, text: '' }),
  );
  return { status, text, ms: performance.now() - startedAt };
}
