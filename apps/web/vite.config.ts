import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressAssets } from './compress-assets.ts';
import { frameFiles } from './frame-files.ts';
import { sharedFiles } from './shared-files.ts';

export default defineConfig({
  plugins: [react(), frameFiles(), compressAssets()],
  build: {
    // The policy of the server allows no data: fonts and no inline scripts.
    assetsInlineLimit: 0,
    // What each page brings is checked by a test.
    manifest: true,
    // What pages share is there from the start, or named by the server.
    modulePreload: false,
    // One sheet of 17 KB, compressed: a page never waits for another.
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        codeSplitting: { groups: sharedFiles, includeDependenciesRecursively: false },
      },
    },
    // light-dark() and oklch() stay as written.
    cssTarget: ['chrome125', 'firefox130', 'safari18'],
  },
  server: {
    proxy: { '/trpc': 'http://127.0.0.1:8080' },
  },
});
