#!/usr/bin/env node
// Starts the command line under the Node this project is pinned to, whichever Node is installed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../src/main.ts');
const pinned = join(import.meta.dirname, '../../../node_modules/node/bin/node');
// What is soon garbage here is large buffers by their small handles: collected early, they hold little memory.
const flags = ['--max-semi-space-size=1'];

if (existsSync(pinned)) {
  const child = spawn(pinned, [...flags, main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGKILL' ? 137 : 130);
  });
} else {
  process.stderr.write('Carrel is not set up yet: run npm start (or npm ci) in its folder first.\n');
  process.exitCode = 1;
}
