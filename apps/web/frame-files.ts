import type { Plugin, Rolldown } from 'vite';

const frames = ['console', 'portal'];

/**
 * Writes down which scripts the console and the portal begin with, so that the server can name them together with the
 * page: otherwise the browser learns of them only once the first script has run.
 */
export function frameFiles(): Plugin {
  return {
    name: 'frame-files',
    apply: 'build',
    generateBundle(_options, bundle) {
      const files = frames.map((frame) => [frame, scriptsOf(frame, bundle)]);
      this.emitFile({
        type: 'asset',
        fileName: '.vite/frames.json',
        source: JSON.stringify(Object.fromEntries(files)),
      });
    },
  };
}

/** The script of a frame, what its pages share, and all that these import, without the first, which the page names. */
function scriptsOf(frame: string, bundle: Rolldown.OutputBundle): string[] {
  const found = new Set<string>();
  const follow = (chunk: Rolldown.OutputBundle[string] | undefined): void => {
    if (chunk?.type !== 'chunk' || chunk.isEntry || found.has(chunk.fileName)) return;
    found.add(chunk.fileName);
    for (const name of chunk.imports) follow(bundle[name]);
  };
  // Both go by the frame's name.
  for (const one of Object.values(bundle))
    if (one.type === 'chunk' && one.name === frame) follow(one);
  return [...found];
}
