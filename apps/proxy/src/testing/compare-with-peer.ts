import { connect, type Socket } from 'node:net';
import type { RequestCase } from '../conformance/request-cases.ts';
import { startPeer, type PeerName } from './peers.ts';
import {
  digestOf,
  startNodeRecorder,
  startStrictRecorder,
  type Recorder,
  type Recording,
} from './recorder.ts';
import { insertUpstream } from './records.ts';
import { startGateway, type Gateway } from './start-gateway.ts';
import { readAllStrictly, type StrictRequest } from './strict-parser.ts';

/** How a peer and the proxy in front of it understood the cases. */
export interface Comparison {
  peer: string;
  /** Cases that were sent. */
  sent: number;
  /** Requests that reached the recorder. */
  recorded: number;
  /** Requests that the proxy let through and the peer refused by itself. */
  refusedByPeer: number;
  disagreements: string[];
  /** The cases of which some byte went upstream. */
  passed: RequestCase[];
}

interface ReadAnswer {
  status: number;
  recording: Recording | null;
  isOurs: boolean;
}

const firstId = 1000;
const answerTimeoutMs = 5_000;
/** For what the proxy would send if it took an unfinished request for a whole one. */
const unfinishedMs = 30;

/** One place between a client and a recorder, and what it does to requests. */
export async function compareWithPeer(
  peer: PeerName | 'node' | 'strict',
  cases: readonly RequestCase[],
): Promise<Comparison> {
  await using recorder = await (peer === 'node' ? startNodeRecorder() : startStrictRecorder());
  await using between =
    peer === 'node' || peer === 'strict' ? null : await startPeer(peer, recorder.port);
  await using gateway = await startGateway({
    route: { auth_required: false },
    bounds: { requestHeadTimeoutMs: 500, clientIdleTimeoutMs: 500 },
  });
  const url = `http://127.0.0.1:${between?.port ?? recorder.port}`;
  const upstreamId = await insertUpstream(gateway.db, url, { connections_max: 1 });
  await gateway.db.query('update routes set upstream_id = $1', [upstreamId]);
  await gateway.heard();
  const comparison: Comparison = {
    peer,
    sent: cases.length,
    recorded: 0,
    refusedByPeer: 0,
    disagreements: [],
    passed: [],
  };
  for (const [at, given] of cases.entries()) {
    const bytesBefore = recorder.bytes;
    const problems = await sendCase({ gateway, recorder, comparison }, given, String(firstId + at));
    if (recorder.bytes > bytesBefore) comparison.passed.push(given);
    if (problems.length > 0) {
      const shown = JSON.stringify(given.bytes.slice(0, 400));
      comparison.disagreements.push(`${peer}: ${given.name}: ${problems.join('; ')}\n  ${shown}`);
    }
  }
  comparison.recorded = recorder.recordings.length;
  return comparison;
}

interface Parts {
  gateway: Gateway;
  recorder: Recorder;
  comparison: Comparison;
}

/** Sends a case and a plain request behind it, by one connection, and compares what came back with what came out. */
async function sendCase(
  { gateway, recorder, comparison }: Parts,
  { bytes, cuts }: RequestCase,
  id: string,
): Promise<string[]> {
  const canary = `/c${id}/canary`;
  const given = Buffer.from(bytes.replaceAll('@ID@', id) + get(canary), 'latin1');
  const { requests, end } = readAllStrictly(given.toString('latin1'));
  const before = recorder.recordings.length;
  const garbageBefore = recorder.garbage.length;
  const bytesBefore = recorder.bytes;
  const { text, isTimedOut } = await exchange(gateway.port, given, cuts, end === 'incomplete');
  const answers = readAnswers(text, requests, recorder);
  const recorded = recorder.recordings.slice(before);
  const problems = [
    ...(isTimedOut ? [`no end within ${answerTimeoutMs} ms`] : []),
    ...(answers.length === 0 && end !== 'incomplete' ? ['no answer'] : []),
    ...compareAnswers(answers, requests),
    ...compareRecordings(answers, requests, recorded),
  ];
  comparison.refusedByPeer += answers.filter(
    ({ recording, isOurs }) => recording === null && !isOurs,
  ).length;
  // A canary that has arrived came by the connection upstream that the case had used.
  if (recorder.bytes > bytesBefore && recorded.at(-1)?.target !== canary) {
    problems.push(...(await sendCanary(gateway.port, id, recorder)));
  }
  const garbage = recorder.garbage.slice(garbageBefore);
  return [...problems, ...garbage.map((what) => `garbage: ${what}`)];
}

function get(target: string): string {
  return `GET ${target} HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n`;
}

function compareAnswers(
  answers: readonly ReadAnswer[],
  requests: readonly StrictRequest[],
): string[] {
  return answers.flatMap(({ status, recording }, at) => {
    const request = requests[at];
    if (recording === null) return status >= 400 ? [] : [`status ${status} from nobody`];
    if (request === undefined) return [`answer ${at} to what is no request`];
    return isAlike(request, recording) ? [] : [`answer ${at} is for ${JSON.stringify(recording)}`];
  });
}

/**
 * What reached the recorder must be what was answered, in the same order, and nothing else; where the client was told of
 * an error behind us (5xx), its own request may have got through.
 */
function compareRecordings(
  answers: readonly ReadAnswer[],
  requests: readonly StrictRequest[],
  recorded: readonly Recording[],
): string[] {
  let last = -1;
  for (const recording of recorded) {
    const at = answers.findIndex(
      (answer, index) =>
        index > last &&
        (answer.recording === recording ||
          (answer.recording === null &&
            answer.status >= 500 &&
            isAlike(requests[index], recording))),
    );
    if (at === -1) {
      const seen = recorded.map(({ method, target }) => `${method} ${target}`);
      const told = answers.map(({ status }) => status);
      return [`answered with ${told.join(', ')} what reached the upstream as ${seen.join(', ')}`];
    }
    last = at;
  }
  return [];
}

/** A plain request by the next connection, right behind a case that has been broken off. */
async function sendCanary(port: number, id: string, recorder: Recorder): Promise<string[]> {
  const before = recorder.recordings.length;
  const target = `/c${id}/after`;
  const { text } = await exchange(port, Buffer.from(get(target)), [], false);
  const [answer] = readAnswers(text, [], recorder);
  const recording = recorder.recordings[before];
  const isGood =
    answer?.recording?.target === target &&
    answer.recording.serial === recording?.serial &&
    recorder.recordings.length === before + 1;
  return isGood ? [] : [`the canary got ${JSON.stringify(answer ?? text)}`];
}

async function exchange(
  port: number,
  given: Buffer,
  cuts: readonly number[],
  isUnfinished: boolean,
): Promise<{ text: string; isTimedOut: boolean }> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let text = '';
  let isTimedOut = false;
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.once('close', () => resolve(undefined));
  const timer = setTimeout(
    () => {
      isTimedOut = !isUnfinished;
      socket.destroy();
    },
    isUnfinished ? unfinishedMs : answerTimeoutMs,
  );
  await write(socket, given, cuts);
  await promise;
  clearTimeout(timer);
  return { text, isTimedOut };
}

async function write(socket: Socket, given: Buffer, cuts: readonly number[]): Promise<void> {
  let from = 0;
  for (const cut of [...cuts, given.length]) {
    if (socket.destroyed) return;
    if (from > 0) await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const piece = given.subarray(from, cut);
    await new Promise((resolve) => socket.write(piece, () => resolve(undefined)));
    from = cut;
  }
}

/** Reads what came back. Answers to what was no request are refusals of ours, which say their length. */
function readAnswers(
  text: string,
  requests: readonly StrictRequest[],
  { recordings }: Recorder,
): ReadAnswer[] {
  const answers: ReadAnswer[] = [];
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\r\n\r\n', at);
    if (end === -1) break;
    const head = text.slice(at, end);
    at = end + 4;
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
    if (status >= 100 && status < 200) continue;
    const field = (name: string): string | undefined =>
      new RegExp(`\r\n${name}: *([^\r]*)`, 'i').exec(head)?.[1];
    const recorded = field('x-recorded');
    const isOurs = field('content-type') === 'application/problem+json';
    answers.push({
      status,
      recording: recordings[Number(recorded)] ?? null,
      isOurs,
    });
    const isHead = requests[answers.length - 1]?.method === 'HEAD';
    if (isHead || status === 204 || status === 304) continue;
    if (field('transfer-encoding') !== undefined) {
      const last = /(?:^|\r\n)0\r\n\r\n/.exec(text.slice(at));
      if (last === null) break;
      at += last.index + last[0].length;
    } else {
      at += Number(field('content-length') ?? 0);
    }
  }
  return answers;
}

function isAlike(request: StrictRequest | undefined, recording: Recording): boolean {
  if (request === undefined) return false;
  const { method, target, body } = request;
  // Some servers drop the body of a GET, which means nothing (RFC 9110 §9.3.1).
  const isDropped = method === 'GET' && recording.body === digestOf('');
  return (
    method === recording.method &&
    plainTarget(target) === plainTarget(recording.target) &&
    (digestOf(body) === recording.body || isDropped)
  );
}

/** A target with every escape resolved, path and query apart, because servers choose different ones. */
function plainTarget(target: string): string {
  const mark = target.indexOf('?');
  const parts = mark === -1 ? [target] : [target.slice(0, mark), target.slice(mark + 1)];
  return JSON.stringify(
    parts.map((part) =>
      part.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    ),
  );
}
