import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@carrel/kit';
import { connectGuestAgent } from '../../packages/hypervisor/src/machine/agent-link.ts';
import type { Instance } from './instance.ts';

/** Runs a command in the one guest of an instance's agent folder; gives what it printed. */
export async function inGuest(instance: Instance, command: string): Promise<string> {
  const workspaces = join(instance.folder, 'agent/workspaces');
  const [name] = await readdir(workspaces);
  if (name === undefined) throw new Error('there is no workspace on this computer');
  await using guest = await connectGuestAgent(join(workspaces, name), systemClock, { timeoutMs: 30_000 });
  const { stdout } = await guest.exec('/bin/sh', { args: ['-c', command] });
  return Buffer.from(stdout).toString('utf8').trim();
}
