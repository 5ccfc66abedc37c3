export * from './meter.ts';
export { shipmentRecordsMax } from './shipper.ts';
export * from './spool-mark.ts';
export * from './usage-shipping.ts';
