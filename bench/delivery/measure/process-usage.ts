import { readFile } from 'node:fs/promises';

/** What a running process used since it started. */
export interface ProcessUsage {
  /** In user and system mode. */
  readonly cpuSeconds: number;
  /** The most memory that it had resident. */
  readonly peakMemoryBytes: number;
}

/** Of a process alone. */
export async function usageOf(pid: number): Promise<ProcessUsage> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // proc(5): user and system time are the 12th and 13th field after the name of the program, in 1/100 s.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kibibytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
    peakMemoryBytes: kibibytes * 1024,
  };
}

/** Of a process and those it started: the time of all, the most memory of one. */
export async function usageOfTree(pid: number): Promise<ProcessUsage> {
  const own = await usageOf(pid);
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean);
  const others = await Promise.all(children.map((child) => usageOfTree(Number(child))));
  return {
    cpuSeconds: own.cpuSeconds + others.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    peakMemoryBytes: Math.max(own.peakMemoryBytes, ...others.map(({ peakMemoryBytes }) => peakMemoryBytes)),
  };
}
