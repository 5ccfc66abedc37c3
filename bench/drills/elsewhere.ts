/** Faults that no drill here brings about, and where they are tested instead, or why they are not. */
export const elsewhere: readonly (readonly [fault: string, where: string])[] = [
  [
    'Every byte of a segment of the spool cut off or flipped',
    '`packages/domain/src/gateway/metering/spool-reader.test.ts`',
  ],
  [
    'A spool that an earlier version wrote',
    '`packages/domain/src/gateway/metering/spool-reader.test.ts`, with a segment of version 1',
  ],
  [
    'Disks that fail to write or to keep what was written',
    '`packages/domain/src/gateway/metering/disk-full.test.ts` for writes; an error of `fdatasync` is not brought about',
  ],
  ['Proxies of two versions on one database', 'not tested: there is no earlier version yet'],
  ['A replica that takes over from PostgreSQL', 'not tested: needs a second server'],
  ['A storm of webhooks of payment providers', 'not tested: no payment provider is connected yet'],
];
