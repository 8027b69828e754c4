import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from './temporary-folder.ts';

export interface TestRegistry extends AsyncDisposable {
  readonly origin: string;
  /** Where the registry keeps its blobs. */
  readonly folder: string;
}

/** Debian's `docker-registry` on a free port of this computer, its data in a private folder. */
export async function startDockerRegistry(): Promise<TestRegistry> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const config = join(folder.path, 'config.yml');
  await writeFile(
    config,
    `version: 0.1
log: { level: error }
storage:
  filesystem: { rootdirectory: ${folder.path}/data }
http: { addr: "127.0.0.1:${port}" }
`,
  );
  const process = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => {
    process.once('exit', () => resolve());
    process.once('error', () => resolve());
  });
  const origin = `http://127.0.0.1:${port}`;
  await untilAnswers(`${origin}/v2/`);
  return {
    origin,
    folder: folder.path,
    [Symbol.asyncDispose]: async () => {
      process.kill('SIGKILL');
      await exited;
      await folder[Symbol.asyncDispose]();
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const isUp = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return;
    await sleep(50);
  }
  throw new Error(`${url} does not answer.`);
}
