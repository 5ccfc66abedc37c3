import { v7 } from 'uuid';

/** A new id: UUIDv7, so that ids sort by the time they were made. */
export function newId(): string {
  return v7();
}

const lastMs = Date.UTC(9999, 11, 31);

/** The time that a UUIDv7 was made at, to the millisecond; never past the year 9999, which SQL could not read. */
export function timeOfId(id: string): Date {
  return new Date(Math.min(lastMs, Number.parseInt(id.replace('-', '').slice(0, 12), 16)));
}
