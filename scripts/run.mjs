// Runs a program under the pinned Node: node scripts/run.mjs FILE [ARG ...]
import { spawn } from 'node:child_process';
import { pinnedNode, setUp } from './setup.mjs';

/** Starts the pinned Node and ends with it, passing signals on. */
export function runPinned(args) {
  const child = spawn(pinnedNode, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 130);
  });
}

if (process.argv[1] === import.meta.filename) {
  setUp([]);
  runPinned(process.argv.slice(2));
}
