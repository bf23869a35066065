import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: './src',
  testMatch: '**/*.e2e.ts',
  outputDir: '../../artifacts/e2e',
  globalSetup: './src/local-workspace.setup.ts',
  // Each process has a local workspace of its own: some journeys change its state (personas, faults).
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // A journey that fails and then succeeds is reported by name as flaky: see CONTRIBUTING.
  retries: process.env['CI'] ? 1 : 0,
  forbidOnly: true,
  reporter: [
    ['list'],
    ['json', { outputFile: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ?? '../../artifacts/e2e.json' }],
  ],
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    timezoneId: 'UTC',
    viewport: { width: 1440, height: 900 },
    // Recording costs as much as the journey: where a failure is tried again, only that is recorded.
    trace: process.env['CI'] ? 'on-first-retry' : 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
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
