import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressAssets } from './compress-assets.ts';

export default defineConfig({
  plugins: [react(), compressAssets()],
  build: {
    // The policy of the server allows no data: fonts and no inline scripts.
    assetsInlineLimit: 0,
    // What each page brings is checked by a test.
    manifest: true,
    modulePreload: { polyfill: false },
    // light-dark() and oklch() stay as written.
    cssTarget: ['chrome125', 'firefox130', 'safari18'],
  },
  server: {
    proxy: { '/trpc': 'http://127.0.0.1:8080' },
  },
});
