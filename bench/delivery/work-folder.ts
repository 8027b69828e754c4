import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder for one run. Disposing removes it with all that is in it. */
export interface WorkFolder extends AsyncDisposable {
  readonly path: string;
}

/** Makes a folder below another, and removes those of runs that were killed. */
export async function makeWorkFolder(parent: string): Promise<WorkFolder> {
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    const pid = /^work-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !(await isRunning(pid))) await rm(join(parent, name), { recursive: true });
  }
  const path = await mkdtemp(join(parent, `work-${process.pid}-`));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

function isRunning(pid: string): Promise<boolean> {
  return stat(`/proc/${pid}`).then(
    () => true,
    () => false,
  );
}
