import { readFile } from 'node:fs/promises';
import { freemem } from 'node:os';

/**
 * The memory this computer can give without swapping, in MiB: the kernel's own estimate where there is one.
 *
 * @param path of the kernel's table, for tests
 */
export async function availableMemoryMiB(path = '/proc/meminfo'): Promise<number> {
  const table = await readFile(path, 'utf8').catch(() => '');
  const match = /^MemAvailable:\s+(\d+) kB$/m.exec(table);
  return match ? Math.floor(Number(match[1]) / 1024) : Math.floor(freemem() / 1024 ** 2);
}
