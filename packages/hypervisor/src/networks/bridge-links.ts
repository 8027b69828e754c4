import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract';
import { UndoStack } from '@carrel/kit';
import { hasCode } from '../host/system-error.ts';
import { runSystemProgram } from './system-program.ts';

const linksFolder = '/sys/class/net';

/** The open ends of a guest's links, for its process to inherit; close them once it has. */
export interface BridgeLinks extends AsyncDisposable {
  readonly fds: readonly number[];
}

/**
 * Makes a macvtap link on each adapter, with the hardware address of the same position. The links outlive the guest:
 * {@link removeBridgeLinks} takes them away, also those of a guest that nobody saw ending.
 *
 * @param folder the machine's own
 * @throws {BRIDGE_UNAVAILABLE} also when the caller is not root
 */
export async function makeBridgeLinks(
  folder: string,
  adapters: readonly string[],
  addresses: readonly string[],
): Promise<BridgeLinks> {
  await removeBridgeLinks(folder);
  await using undo = new UndoStack();
  undo.push(() => removeBridgeLinks(folder));
  const handles: FileHandle[] = [];
  undo.push(() => closeAll(handles));
  for (const [position, adapter] of adapters.entries()) {
    const name = `${prefixOf(folder)}${position}`;
    await makeLink(name, adapter, addresses[position] ?? '');
    handles.push(await openLink(name));
  }
  undo.keep();
  return { fds: handles.map(({ fd }) => fd), [Symbol.asyncDispose]: () => closeAll(handles) };
}

/** Takes away the links of a machine that does not run; there may be none. */
export async function removeBridgeLinks(folder: string): Promise<void> {
  const names = await readdir(linksFolder).catch((error: unknown) => {
    // Only Linux has links of this kind.
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  for (const name of names.filter((one) => one.startsWith(prefixOf(folder)))) {
    await run('ip', ['link', 'del', name]);
  }
}

/** Names of links have at most 15 letters. By the folder they are found again without anything written down. */
function prefixOf(folder: string): string {
  return `cl${createHash('sha256').update(folder).digest('hex').slice(0, 10)}-`;
}

async function makeLink(name: string, adapter: string, address: string): Promise<void> {
  await run('ip', [
    ...['link', 'add', 'link', adapter, 'name', name, 'address', address],
    ...['type', 'macvtap', 'mode', 'bridge'],
  ]);
  // The computer itself takes no address on it.
  await run('ip', ['link', 'set', 'dev', name, 'addrgenmode', 'none', 'up']);
}

/** A device file of our own: those the system makes are named alike in all network namespaces. */
async function openLink(name: string): Promise<FileHandle> {
  const folder = join(linksFolder, name, 'macvtap');
  const [tap = ''] = await readdir(folder);
  const [major = '', minor = ''] = (await readFile(join(folder, tap, 'dev'), 'utf8')).trim().split(':');
  const path = join('/dev', name);
  // One who was killed right below may have left it.
  await rm(path, { force: true });
  try {
    await run('mknod', ['-m', '600', path, 'c', major, minor]);
    return await open(path, 'r+');
  } finally {
    await rm(path, { force: true });
  }
}

async function closeAll(handles: readonly FileHandle[]): Promise<void> {
  await Promise.all(handles.map((handle) => handle.close()));
}

/** @throws {BRIDGE_UNAVAILABLE} */
async function run(program: string, args: readonly string[]): Promise<void> {
  const outcome = await runSystemProgram(program, args);
  if (!outcome.isDone) throw fail('BRIDGE_UNAVAILABLE', { reason: outcome.reason });
}
