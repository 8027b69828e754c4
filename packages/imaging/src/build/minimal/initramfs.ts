import { FileTree, folder, symlink, textFile } from '../tree/file-tree.ts';
import { busyboxPath } from './busybox.ts';
import { writeCpio } from './cpio.ts';
import type { KernelModule } from './kernel-modules.ts';

const usedApplets = ['sh', 'mount', 'insmod', 'findfs', 'usleep', 'switch_root'];

/**
 * The initramfs of a minimal system: busybox, the modules in loading order, and one script. Left uncompressed:
 * reading a few more sectors is faster than unpacking on an emulated processor.
 */
export async function buildInitramfs(
  root: FileTree,
  modules: readonly KernelModule[],
  init: string,
  epochSeconds: number,
): Promise<Uint8Array> {
  const tree = new FileTree();
  for (const path of ['/dev', '/proc', '/sys', '/root', '/modules', '/bin']) {
    tree.add(path, folder(0o755, epochSeconds));
  }
  tree.add('/init', textFile(init, 0o755, epochSeconds));
  const busybox = root.get(busyboxPath);
  if (busybox) tree.add('/bin/busybox', busybox);
  for (const applet of usedApplets) tree.add(`/bin/${applet}`, symlink('busybox', epochSeconds));
  const order = modules.map((module) => `${module.name}\n`).join('');
  tree.add('/modules/order', textFile(order, 0o644, epochSeconds));
  for (const { name, entry } of modules) tree.add(`/modules/${name}.ko`, entry);
  return writeCpio(tree);
}
