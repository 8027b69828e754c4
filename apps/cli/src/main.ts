// The program's beginning. Compiled code is kept between runs, which halves the time and memory that each of its
// threads takes to start; so nothing else may be imported before.
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const caches = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
// In the environment it counts for worker threads too. Private to the person: what lies there is run.
const { directory } = enableCompileCache(
  process.env['NODE_COMPILE_CACHE'] ?? join(caches, 'carrel', 'compiled'),
);
if (directory !== undefined) process.env['NODE_COMPILE_CACHE'] ??= join(caches, 'carrel', 'compiled');
await import('./run.ts');
