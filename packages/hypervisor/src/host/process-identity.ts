import { readFile } from 'node:fs/promises';
import { z } from 'zod';

export const processIdentitySchema = z.object({
  pid: z.int().min(1),
  /** Clock ticks from the computer's start to the process's: with the boot id, no other process has the same. */
  startTicks: z.string(),
  bootId: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** Who has this pid now; `undefined` when nobody, or only what is left of a process that ended. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const [stat, bootId] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
  ]);
  // proc(5): the name, field 2, is in parentheses and may hold anything; state is field 3, start time field 22.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields?.[0];
  const startTicks = fields?.[19];
  if (startTicks === undefined || state === 'Z' || state === 'X') return undefined;
  return { pid, startTicks, bootId: bootId.trim() };
}

/** Whether that very process is still there. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const now = await identifyProcess(identity.pid);
  return now?.startTicks === identity.startTicks && now.bootId === identity.bootId;
}
