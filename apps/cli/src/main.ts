import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Reading our modules takes most of a short command's time; the second time they come from here.
enableCompileCache(join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'apigate'));
const { createProgram } = await import('./program.ts');
const { tellFailure } = await import('./failure.ts');

// `apigate users list | head -1` ends our output early, and that is fine.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = tellFailure(error);
}
