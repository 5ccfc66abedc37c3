import { useState } from 'react';
import { changedMeanwhile } from './changed-meanwhile.ts';
import { errorCodeOf } from './error-text.ts';

/**
 * What a form was filled from; a list may bring a newer one while it is being changed. `save` writes over that alone:
 * where somebody else was faster it saves nothing, `meanwhile` tells in words what they changed, and the next try is
 * over theirs.
 *
 * @param loaded undefined where the form makes a new one.
 */
export function useSeen<Shown extends { updatedAt: Date }>(loaded: Shown | undefined) {
  const [seen, setSeen] = useState(loaded);
  const [meanwhile, setMeanwhile] = useState<string>();

  /** @returns null where nothing was saved */
  async function save(
    before: Shown,
    write: (unchangedSince: Date) => Promise<Shown>,
    read: () => Promise<Shown>,
  ): Promise<Shown | null> {
    try {
      const saved = await write(before.updatedAt);
      setMeanwhile(undefined);
      setSeen(saved);
      return saved;
    } catch (error) {
      if (errorCodeOf(error) !== 'precondition_failed') throw error;
      const now = await read();
      setMeanwhile(changedMeanwhile(before, now) ?? 'its fields are as they were');
      setSeen(now);
      return null;
    }
  }

  return { seen, meanwhile, save };
}
