// npm test: sets up this machine, then runs every check and test. Arguments go to Vitest: npm test -- packages/kit
import { join } from 'node:path';
import { runPinned } from './run.mjs';
import { root, setUp } from './setup.mjs';

setUp(['run', 'test']);
runPinned([join(root, 'scripts/testing/main.ts'), ...process.argv.slice(2)]);
