import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

// Whole-system tests that may run beside others: none is about the moment at which something happens.
const besideOthers = [
  'administration',
  'agent-actions',
  'agent-line',
  'agent-refusals',
  'agent-transfers',
  'bad-input',
  'console',
  'console-conflicts',
  'console-planner',
  'console-policy',
  'delivery-faults',
  'delivery-faults-killed',
  'directory-cli',
  'guest-network',
  'memory',
  'office-peers',
  'refusals',
  'single-sign-on',
  'single-sign-on-console',
  'updates',
  'workspace-cli',
].map((name) => `e2e/${name}.test.ts`);
const wholeSystem = { testTimeout: 300_000, hookTimeout: 600_000 };

// Two worker processes: the machines this runs on have two cores, and several suites start QEMU or a database.
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 240_000,
    // Servers and agents are started some hundred times: compiled code is kept, as `carrel` keeps it.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
    // Waiting for something to happen is bounded by the test's own time, not by how busy the machine is.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.{ts,tsx}',
            'apps/*/src/**/*.test.{ts,tsx}',
            'scripts/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e-beside',
          include: besideOthers,
          ...wholeSystem,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...besideOthers],
          ...wholeSystem,
          fileParallelism: false,
        },
      },
    ],
  },
});
