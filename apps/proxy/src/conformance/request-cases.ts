import { byteCases } from './request-cases/bytes.ts';
import { chunkCases } from './request-cases/chunks.ts';
import { connectionCases } from './request-cases/connections.ts';
import { framingCases } from './request-cases/framing.ts';
import { endCases } from './request-cases/line-ends.ts';
import { mutatedCases } from './request-cases/mutations.ts';
import { lineCases } from './request-cases/request-lines.ts';
import { seededRandom } from '../testing/seeded-random.ts';

/** Bytes to be sent by a client as they are, one character each; `@ID@` stands for the number of the case. */
export interface RequestCase {
  name: string;
  bytes: string;
  /** Where the bytes are cut, each piece being written in a turn of the event loop of its own. */
  cuts: readonly number[];
}

/** The requests that the proxy and other servers must understand alike, the same ones for the same seed. */
export function requestCases(seed: number): RequestCase[] {
  const random = seededRandom(seed);
  const named = [
    ...framingCases(),
    ...chunkCases(),
    ...lineCases(),
    ...endCases(),
    ...connectionCases(),
    ...byteCases(),
    ...mutatedCases(500, random),
  ];
  return named.map(([name, bytes]) => {
    const cuts = random() < 0.7 ? 0 : 1 + Math.floor(random() * 3);
    const places = Array.from({ length: cuts }, () => Math.floor(random() * bytes.length));
    return { name, bytes, cuts: places.sort((a, b) => a - b) };
  });
}
