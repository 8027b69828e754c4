// npm run bench:delivery: sets up this machine with the tools Carrel is compared to, then compares. Arguments go on.
import { join } from 'node:path';
import { runPinned } from './run.mjs';
import { root, setUp } from './setup.mjs';

setUp(['run', 'bench']);
runPinned([join(root, 'bench/delivery/bench.ts'), ...process.argv.slice(2)]);
