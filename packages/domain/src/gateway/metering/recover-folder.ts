import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readAck } from './ack-file.ts';
import { segmentName } from './segment-format.ts';
import type { ShipSource } from './shipper.ts';
import { segmentsIn, SpoolReader, type SpoolDamage } from './spool-reader.ts';
import { UnitSums, type UserUnits } from './unit-sums.ts';

const recordsAtOnce = 1_000;

/** What a dead process has left. */
interface Recovered {
  source: ShipSource;
  /** Not shipped, as far as is known. */
  records: number;
  bytes: number;
  /** The units of these records. */
  sums: readonly UserUnits[];
}

/** Reads a folder once through, so that its units count from now on, and gives it to be shipped. */
export async function recoverFolder(
  folder: string,
  onDamage: (damage: SpoolDamage) => Promise<void>,
): Promise<Recovered> {
  const from = await readAck(folder);
  let bytes = 0;
  for (const segment of await segmentsIn(folder)) {
    bytes += (await stat(path.join(folder, segmentName(segment)))).size;
  }
  const survey = new SpoolReader({ folder, from, writtenTo: null, onDamage });
  let records = 0;
  const sums = new UnitSums();
  for (;;) {
    const batch = await survey.next(recordsAtOnce);
    if (batch === null) break;
    records += batch.records.count;
    sums.add(batch.records, 0, batch.records.count);
    if (batch.isLast) break;
  }
  survey.close();
  // What is damaged is known by now.
  const reader = new SpoolReader({ folder, from, writtenTo: null, onDamage: () => undefined });
  return { source: { folder, reader }, records, bytes, sums: sums.all };
}
