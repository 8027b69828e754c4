#!/usr/bin/env node
// Starts the command line under the Node this project is pinned to, whichever Node is installed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../src/main.ts');
const pinned = join(import.meta.dirname, '../../../node_modules/node/bin/node');
// What is soon garbage of images is large buffers by their small handles: collected early, they hold little memory. Where
// all processors are busy, the thread that made it collects it; for reads of guests that takes too much memory (ADR 31).
const [group, command] = process.argv.slice(2);
const smallHeap = group === 'image' ? ['--max-semi-space-size=1'] : [];
const isBusy = group === 'image' && ['pack', 'fetch'].includes(command);
const flags = isBusy ? [...smallHeap, '--single-threaded-gc'] : smallHeap;

// Compiled code is kept between runs, for the beginning of the program too. Private to the person: what lies there is run.
const caches = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const env = {
  NODE_COMPILE_CACHE: join(caches, 'carrel', 'compiled'),
  // Every thread would keep a heap of its own of what was given back.
  MALLOC_ARENA_MAX: '2',
  ...process.env,
};

if (existsSync(pinned)) {
  const child = spawn(pinned, [...flags, main, ...process.argv.slice(2)], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGKILL' ? 137 : 130);
  });
} else {
  process.stderr.write('Carrel is not set up yet: run npm start (or npm ci) in its folder first.\n');
  process.exitCode = 1;
}
