import { z } from 'zod';
import { errorCode, fieldError } from './errors.ts';
import { id, lineOfText, ref } from './primitives.ts';

/** Events of one call. */
export const meterEventsMax = 1_000;
/** Most units of one event. */
export const meterUnitsMax = 1_000_000_000;
/** For how many days an event is known again, and how old one may be. */
export const meterDays = 32;

/**
 * Something that happened outside the proxy and counts as usage, by the names of CloudEvents 1.0. Attributes and data
 * beyond these are taken, and not kept.
 */
export const meterEvent = z.object({
  /** Unique within `source`: an event that comes again changes nothing. */
  id: lineOfText(256),
  /** What reports it, such as `https://api.example.com/jobs`. */
  source: lineOfText(256),
  /** What happened, such as `tokens.generated`. */
  type: lineOfText(256),
  /** Whose usage it is: id, e-mail address, username or external id. */
  subject: ref,
  /** When it happened; left out, now. Text, because REST has no dates in what it does not know. */
  time: z.iso.datetime({ offset: true }).optional(),
  data: z.object({ units: z.int().min(0).max(meterUnitsMax).default(1) }).default({ units: 1 }),
});
export type MeterEvent = z.input<typeof meterEvent>;

export const meterEventsInput = z.strictObject({
  /** Each is looked at by itself, so that one which is faulty keeps no other from being counted. */
  events: z
    .array(
      z
        .unknown()
        .meta({ description: 'A CloudEvent: id, source, type, subject, time, data.units' }),
    )
    .min(1)
    .max(meterEventsMax),
});

/** What became of one event. A refused one has changed nothing. */
export const meteredEvent = z.object({
  /** As it was given, if it was text. */
  id: z.string().nullable(),
  source: z.string().nullable(),
  status: z.enum(['counted', 'duplicate', 'refused']),
  /** The usage event that it became, or had become before. */
  usageEventId: id.nullable(),
  code: errorCode.nullable(),
  errors: z.array(fieldError),
});
export type MeteredEvent = z.infer<typeof meteredEvent>;

/** In the order of the events. */
export const meteredEvents = z.object({
  counted: z.int(),
  duplicates: z.int(),
  refused: z.int(),
  data: z.array(meteredEvent),
});
export type MeteredEvents = z.infer<typeof meteredEvents>;
