import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Follows a process of ours until it ends.
 *
 * @returns its highest resident memory, bytes, as the kernel counted it
 */
export async function peakMemoryBytes(pid: number): Promise<number> {
  let peak = 0;
  for (;;) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(status);
    // A process that has ended but was not waited for yet has no memory left to read.
    if (!match) return peak;
    peak = Math.max(peak, Number(match[1]) * 1024);
    await sleep(50);
  }
}
