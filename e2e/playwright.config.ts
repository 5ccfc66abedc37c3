import { defineConfig } from '@playwright/test';

// The test command says where the browser is; Debian's place does for anyone who runs Playwright by hand.
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

export default defineConfig({
  testDir: 'tests',
  workers: 1,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 60_000,
  use: {
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath,
      // Chromium cannot sandbox itself as root, and none of its calls home belong into a test.
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
