import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { credentials } from './start-repository.ts';

export interface KillableRepository {
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Ends the process at once, as a power switch or the kernel would. */
  kill(): Promise<void>;
}

/** Starts a repository in a process of its own. */
export async function startKillableRepository(folder: string): Promise<KillableRepository> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'serve.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [origin] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    fetch: (path, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set('authorization', credentials.publisher);
      return fetch(origin + path, { ...init, headers });
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
