import { readdir, readFile } from 'node:fs/promises';

/** Clock ticks a second in /proc; fixed for user space on Linux. */
const ticksPerSecond = 100;

/** Processor time that processes have used, in seconds. */
export async function cpuSecondsOf(pids: readonly number[]): Promise<number> {
  let ticks = 0;
  for (const pid of pids) {
    const text = await readIfThere(`/proc/${pid}/stat`);
    // The name in brackets may hold anything; the fields are counted from behind it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  return ticks / ticksPerSecond;
}

/** The most memory a process has had, in MiB. */
export async function peakMemoryMiBOf(pid: number): Promise<number> {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(await readIfThere(`/proc/${pid}/status`))?.[1];
  return Number(kib ?? 0) / 1024;
}

/** Processes of PostgreSQL that serve a database; each names it in its title. */
export async function postgresPidsOf(databaseName: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: number[] = [];
  for (const pid of pids) {
    const title = await readIfThere(`/proc/${pid}/cmdline`);
    if (title.startsWith('postgres: ') && title.includes(` ${databaseName} `)) found.push(pid);
  }
  return found;
}

/** A process that has ended meanwhile has no text. */
async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return '';
    throw error;
  }
}
