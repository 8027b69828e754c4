import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of the sockets of a PostgreSQL cluster that all test files of a run share. The first to ask starts it; it
 * ends with the run.
 */
export async function sharedPostgres(): Promise<string> {
  // Test files run in children of one process, which stands for the run.
  const owner = process.ppid;
  const folder = join(tmpdir(), `carrel-test-postgres-${owner}`);
  if (await claim(folder)) {
    await chmod(folder, 0o711);
    const script = fileURLToPath(new URL('./cluster-process.ts', import.meta.url));
    spawn(process.execPath, [script, folder, String(owner)], { detached: true, stdio: 'ignore' }).unref();
  }
  const tooLate = Date.now() + 90_000;
  while (!existsSync(join(folder, 'ready'))) {
    if (existsSync(join(folder, 'failed'))) throw new Error(await readFile(join(folder, 'failed'), 'utf8'));
    if (Date.now() > tooLate) throw new Error('PostgreSQL for the tests did not become ready');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return join(folder, 'sockets');
}

/** Whether this process is the one to start the cluster. */
async function claim(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
