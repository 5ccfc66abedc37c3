import { z } from 'zod';

const limits = z.object({ userLimits: z.object({ open_files: z.object({ soft: z.number() }) }) });

/** How many descriptors this process may have open (`ulimit -n`), as far as the system has a limit and tells it. */
export function openFilesMax(): number {
  const told = limits.safeParse(process.report.getReport());
  return told.success ? told.data.userLimits.open_files.soft : Infinity;
}
