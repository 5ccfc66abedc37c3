import {
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { UsageRecord } from '../../usage/usage-record.ts';
import { segmentName } from './segment-format.ts';
import { SpoolReader, type SpoolDamage } from './spool-reader.ts';
import { SpoolWriter } from './spool-writer.ts';
import { collectingLogger, recordsOf, temporaryFolder, usageOf } from './testing/spool.ts';

interface Written {
  file: string;
  /** Of each frame: where it ends, and the ids that are complete with it. */
  frames: { end: number; ids: string[] }[];
  /** Ids that are admitted and never completed, with the frame that holds the admission. */
  open: { frame: number; id: string }[];
}

/** Writes one segment with frames of one to three requests. */
async function writeSegment(folder: string, frames: number): Promise<Written> {
  mkdirSync(folder, { recursive: true });
  const writer = new SpoolWriter({
    folder,
    segmentBytesMax: 2 ** 30,
    logger: collectingLogger(),
    carryOver: () => undefined,
  });
  const written: Written = { file: path.join(folder, segmentName(1)), frames: [], open: [] };
  let number = 0;
  for (let at = 0; at < frames; at += 1) {
    const ids: string[] = [];
    for (let of = 0; of <= at % 3; of += 1) {
      const usage = usageOf({ path: `/${at}/${of}`, userAgent: 'é'.repeat(at % 7) });
      number += 1;
      if (of === 1) writer.encoder.whole(usage);
      else writer.encoder.admission(number, usage);
      if (of === 0) writer.encoder.completion(number, usage);
      if (of === 2) written.open.push({ frame: at, id: usage.id });
      else ids.push(usage.id);
    }
    writer.flush();
    written.frames.push({ end: writer.position.offset, ids });
  }
  await writer.close();
  return written;
}

async function readAll(folder: string) {
  const damage: SpoolDamage[] = [];
  const from = { segment: 0, offset: 0 };
  const onDamage = (of: SpoolDamage) => void damage.push(of);
  const reader = new SpoolReader({ folder, from, writtenTo: null, onDamage });
  const records: UsageRecord[] = [];
  for (let isLast = false; !isLast;) {
    const batch = await reader.next(7);
    if (batch === null) break;
    records.push(...recordsOf(batch.records));
    ({ isLast } = batch);
  }
  reader.close();
  return { records, damage };
}

/** What has to be found when the frames that `has` names are whole. */
function expected({ frames, open }: Written, has: (frame: number) => boolean): string[] {
  return [
    ...frames.flatMap(({ ids }, at) => (has(at) ? ids : [])),
    ...open.flatMap(({ frame, id }) => (has(frame) ? [id] : [])),
  ];
}

test('a segment that is cut anywhere gives every record of the frames before the cut', async () => {
  using temporary = temporaryFolder();
  const written = await writeSegment(path.join(temporary.path, 'f'), 34);
  const { length } = readFileSync(written.file);
  expect(length).toBeGreaterThan(10_000);
  let cuts = 0;
  for (let cut = length; cut >= 0; cut -= 1) {
    truncateSync(written.file, cut);
    const { records, damage } = await readAll(path.dirname(written.file));
    const ids = expected(written, (frame) => (written.frames[frame]?.end ?? cut + 1) <= cut);
    expect(records.map(({ id }) => id)).toEqual(ids);
    const isBetweenFrames =
      cut === 0 || cut === 16 || written.frames.some(({ end }) => end === cut);
    expect(damage.map(({ isTail }) => isTail)).toEqual(isBetweenFrames ? [] : [true]);
    cuts += 1;
  }
  expect(cuts).toBe(length + 1);
}, 120_000);

test('every flipped byte of a segment is noticed, and costs no frame but its own', async () => {
  using temporary = temporaryFolder();
  const written = await writeSegment(path.join(temporary.path, 'f'), 6);
  const whole = readFileSync(written.file);
  let noticed = 0;
  for (let at = 0; at < whole.length; at += 1) {
    const flipped = Buffer.from(whole);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    writeFileSync(written.file, flipped);
    const { records, damage } = await readAll(path.dirname(written.file));
    const hit = at < 16 ? -1 : written.frames.findIndex(({ end }) => at < end);
    expect(records.map(({ id }) => id)).toEqual(expected(written, (frame) => frame !== hit));
    if (damage.length === 1) noticed += 1;
  }
  expect(noticed).toBe(whole.length);
}, 120_000);

test('an aborted request is one with the status 499, and costs nothing', async () => {
  using temporary = temporaryFolder();
  const written = await writeSegment(path.join(temporary.path, 'f'), 3);
  const { records } = await readAll(path.dirname(written.file));
  const aborted = records.filter(({ id }) => written.open.some((open) => open.id === id));
  expect(aborted).toHaveLength(1);
  expect(aborted[0]).toMatchObject({ status: 499, units: 0, refusalCode: null, path: '/2/2' });
});

test('what was shipped is not given again, but known to what comes after', async () => {
  using temporary = temporaryFolder();
  const folder = path.join(temporary.path, 'f');
  const written = await writeSegment(folder, 6);
  const offset = written.frames[3]?.end ?? 0;
  const reader = new SpoolReader({
    folder,
    from: { segment: 1, offset },
    writtenTo: null,
    onDamage: () => undefined,
  });
  const batch = await reader.next(100);
  reader.close();
  expect(batch && recordsOf(batch.records).map(({ id }) => id)).toEqual([
    ...written.frames.slice(4).flatMap(({ ids }) => ids),
    ...written.open.map(({ id }) => id),
  ]);
});

test('what was read before the disk failed is given once it works again', async () => {
  using temporary = temporaryFolder();
  const folder = path.join(temporary.path, 'f');
  const written = await writeSegment(folder, 4);
  const broken = path.join(folder, segmentName(2));
  symlinkSync(broken, broken);
  const reader = new SpoolReader({
    folder,
    from: { segment: 0, offset: 0 },
    writtenTo: null,
    onDamage: () => undefined,
  });
  await expect(reader.next(100)).rejects.toThrow('ELOOP');
  await expect(reader.next(100)).rejects.toThrow('ELOOP');
  unlinkSync(broken);
  writeFileSync(broken, '');
  const batch = await reader.next(100);
  reader.close();
  expect(batch && recordsOf(batch.records).map(({ id }) => id)).toEqual(
    expected(written, () => true),
  );
});

/** A segment as version 1 wrote it: a request in two parts, and one in one. What comes later has to read it too. */
const versionOne =
  'QVBHVVNBR0UBAAAAVPgp73EAAACCpc/1AOD86gggekIBAAAAAAAA8D8AAMCchKp5QiQAAQABAP//AQADAAIACgAJAP' +
  '//QAAAADAxOWEwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMXVrckdFVC/DqTIwMjYtMTEtMDExOTIuMC4y' +
  'LjHuAAAACX3uHQDw/OoIIHpCAgAAAAAAAPA/yAAAAAAAAAAAQAAAAAAAAAhAAAAAAAAAEEAAAAAAAAAUQAAAAAAAAP' +
  'h/////////AAAAAAMAAAAAAAAAAAAAwJyEqnlCJAABAAEA//8BAAMAAgAKAAkA//9AAAAAMDE5YTAwMDAtMDAwMC03' +
  'MDAwLTgwMDAtMDAwMDAwMDAwMDAydWtyR0VUL8OpMjAyNi0xMS0wMTE5Mi4wLjIuMa0BAAAAAAAAAAAAAAAAAAAIQA' +
  'AAAAAAABBAAAAAAAAAFEAAAAAAAAAYQAwA/////wwAAAByYXRlX2xpbWl0ZWQ=';

test('a segment of version 1 is read as it was meant', async () => {
  using temporary = temporaryFolder();
  const folder = path.join(temporary.path, 'f');
  mkdirSync(folder);
  writeFileSync(path.join(folder, segmentName(1)), Buffer.from(versionOne, 'base64'));
  const { records, damage } = await readAll(folder);
  expect(damage).toEqual([]);
  const first = {
    id: '019a0000-0000-7000-8000-000000000001',
    atMs: 1_763_760_000_000,
    userId: 'u',
    keyId: 'k',
    planId: null,
    routeId: 'r',
    method: 'GET',
    path: '/é',
    status: 200,
    refusalCode: null,
    units: 2,
    periodStart: '2026-11-01',
    bytesIn: 3,
    bytesOut: 4,
    latencyUs: 5,
    upstreamLatencyUs: null,
    ip: '192.0.2.1',
    userAgent: null,
    decision: null,
  };
  const second = {
    ...first,
    id: '019a0000-0000-7000-8000-000000000002',
    status: 429,
    refusalCode: 'rate_limited',
    units: 0,
    upstreamLatencyUs: 6,
  };
  expect(records).toEqual([first, second]);
});
