import { createHash, randomBytes } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { startEdge } from './edge.ts';
import { startScriptedUpstream, type Script } from './scripted-upstream.ts';

const mib = 2 ** 20;
const rssMiBMax = 64;
const usualBodies = 20;
const usualBytes = mib / 2;
/** The same over and over, which is enough to notice what is lost, doubled or out of order. */
const piece = randomBytes(mib + 1);

const directions = ['upload', 'download'] as const;
const framings = ['sized', 'chunked'] as const;

/** A body of any size passes through as it is, and is never held. */
export const bodiesDrill: Drill = {
  name: 'bodies',
  title: 'bodies of 1 GiB in both directions, sized and chunked',
  run,
};

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  const bytes = (isShort ? 64 : 1_024) * mib;
  const expected = await hashOf(bodyOf(bytes));
  const upload: Script = (req, res) => {
    void hashOf(req).then((hash) => res.end(hash));
  };
  const download: Script = (req, res) => {
    const bytes = Number(req.headers['x-bytes']);
    if (req.headers['x-framing'] === 'sized') res.setHeader('Content-Length', bytes);
    void pipeline(bodyOf(bytes), res).catch(() => res.destroy());
  };
  await using upstream = await startScriptedUpstream({ scripts: { upload, download } });
  await using edge = await startEdge([{ path: '/v1', url: upstream.url }]);
  const proxy = await edge.startProxy();
  const [key = ''] = edge.keys;
  const counts: Record<string, number> = { 'MiB each': bytes / mib };
  const problems: string[] = [];
  // What usual bodies make it load, compile and allocate is no matter of the size of these.
  for (let at = 0; at < usualBodies; at += 1) {
    for (const direction of directions) {
      for (const framing of framings) {
        await send(proxy.port, key, direction, framing, usualBytes);
      }
    }
  }
  const before = proxy.rssBytes;
  for (const direction of directions) {
    for (const framing of framings) {
      let most = 0;
      const watch = setInterval(() => (most = Math.max(most, proxy.rssBytes)), 50);
      const startedAtMs = performance.now();
      const hash = await send(proxy.port, key, direction, framing, bytes);
      clearInterval(watch);
      const seconds = (performance.now() - startedAtMs) / 1_000;
      const moreMiB = Math.max(0, Math.round((most - before) / mib));
      counts[`MiB more memory in a ${framing} ${direction}`] = moreMiB;
      counts[`MiB/s in a ${framing} ${direction}`] = Math.round(bytes / mib / seconds);
      say(`${framing} ${direction}: ${seconds.toFixed(1)} s, ${moreMiB} MiB more memory`);
      if (hash !== expected) problems.push(`A ${framing} ${direction} came otherwise.`);
      if (moreMiB >= rssMiBMax) problems.push(`A ${framing} ${direction} fills the memory.`);
    }
  }
  const code = await proxy.stop('SIGTERM');
  if (code !== 0) problems.push(`It left with ${code}.`);
  const [sums] = await edge.query<{ bytes_in: number; bytes_out: number }>(
    `select sum(bytes_in)::float8 as bytes_in, sum(bytes_out)::float8 as bytes_out
     from usage_events where status = 200`,
  );
  counts['MiB of uploads that were metered'] = Math.floor((sums?.bytes_in ?? 0) / mib);
  counts['MiB of downloads that were metered'] = Math.floor((sums?.bytes_out ?? 0) / mib);
  const usual = 2 * usualBodies * usualBytes;
  if (sums?.bytes_in !== 2 * bytes + usual) problems.push('Uploads were metered otherwise.');
  const hashes = 2 * (1 + usualBodies) * expected.length;
  if (sums?.bytes_out !== 2 * bytes + usual + hashes)
    problems.push('Downloads were metered otherwise.');
  return { counts, problems };
}

async function send(
  port: number,
  key: string,
  direction: (typeof directions)[number],
  framing: (typeof framings)[number],
  bytes: number,
): Promise<string> {
  const isUpload = direction === 'upload';
  const answer = Promise.withResolvers<IncomingMessage>();
  const length = isUpload && framing === 'sized' ? { 'Content-Length': bytes } : {};
  const req = request({
    port,
    host: '127.0.0.1',
    method: isUpload ? 'POST' : 'GET',
    path: `/v1/${direction}`,
    headers: { 'X-API-Key': key, 'X-Framing': framing, 'X-Bytes': bytes, ...length },
    agent: false,
  });
  req.once('response', answer.resolve);
  req.once('error', answer.reject);
  if (isUpload) await pipeline(bodyOf(bytes), req as Writable);
  else req.end();
  const res = await answer.promise;
  return isUpload ? textOf(res) : hashOf(res);
}

function bodyOf(bytes: number): Readable {
  return Readable.from(pieces(bytes), { objectMode: false, highWaterMark: mib });
}

function* pieces(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= piece.length) {
    yield left < piece.length ? piece.subarray(0, left) : piece;
  }
}

async function hashOf(body: Readable): Promise<string> {
  const hash = createHash('sha1');
  for await (const chunk of body) hash.update(chunk);
  return hash.digest('hex');
}

async function textOf(body: Readable): Promise<string> {
  let text = '';
  for await (const chunk of body) text += String(chunk);
  return text;
}
