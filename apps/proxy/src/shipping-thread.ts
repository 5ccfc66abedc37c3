/** The program of a thread that ships usage for a thread of the proxy. */
import { parentPort, workerData } from 'node:worker_threads';
import { SharedCounters } from '@apigate/domain/counters';
import { SpoolMark, UsageShipping } from '@apigate/domain/metering';
import { giveWay } from './giving-way.ts';
import { createLogger } from './logger.ts';
import { ShippingDatabase } from './shipping-database.ts';
import type { ShippingOrder, ShippingReport, ShippingThreadStart } from './threaded-shipping.ts';

if (parentPort === null) throw new Error('this runs in a worker thread');
const meter = parentPort;
const tell = (report: ShippingReport): void => meter.postMessage(report);
const start: ShippingThreadStart = workerData;
const { dir, databaseUrl, logLevel, shipEveryMs, slot, counters, mark } = start;
giveWay();
const logger = createLogger(logLevel).child({ thread: slot });
const db = new ShippingDatabase(databaseUrl, logger);
const units = new SharedCounters(counters);
const shipping = new UsageShipping({ dir, db, units, logger, shipEveryMs });

async function obey(order: ShippingOrder): Promise<void> {
  if (order.type === 'wake') shipping.wake(order.backlog);
  else if (order.type === 'stop') {
    await shipping.stop(order.timeoutMs);
    tell({ type: 'stopped' });
  } else {
    await shipping.close();
    meter.close();
    await db.end();
  }
}

meter.on('message', (order: ShippingOrder) => void obey(order));
const spool = await shipping.open(new SpoolMark(mark), {
  onProgress: (progress) => tell({ type: 'progress', progress }),
  onReleased: (userId, periodStart, given) => {
    tell({ type: 'released', userId, periodStart, units: given });
  },
});
tell({ type: 'opened', spool });
