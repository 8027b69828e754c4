// npm start: sets up this machine, then runs an evaluation instance with a real guest.
import { join } from 'node:path';
import { runPinned } from './run.mjs';
import { root, setUp } from './setup.mjs';

setUp(['run']);
runPinned([join(root, 'scripts/evaluation/main.ts'), ...process.argv.slice(2)]);
