import { nodes, overlayNode } from '../disks/block-graph.ts';
import type { QmpClient } from '../qmp/index.ts';

/** Whether the machine's base disk still has the image's export under it. */
export async function isImageAttached(qmp: QmpClient): Promise<boolean> {
  return (await nodeNames(qmp)).has(nodes.image);
}

/**
 * Puts the overlay directly on the complete base and closes the connection to the export, under a running guest. Goes
 * on where an earlier try was cut off.
 */
export async function detachImage(qmp: QmpClient, overlayPath: string, guestFolder: string): Promise<void> {
  const present = await nodeNames(qmp);
  if (present.has(nodes.baseFilter)) {
    await qmp.execute('blockdev-reopen', { options: [overlayNode(overlayPath, guestFolder, nodes.base)] });
    await qmp.execute('blockdev-del', { 'node-name': nodes.baseFilter });
  }
  if (present.has(nodes.image)) await qmp.execute('blockdev-del', { 'node-name': nodes.image });
}

async function nodeNames(qmp: QmpClient): Promise<Set<string>> {
  const found = await qmp.execute('query-named-block-nodes', { flat: true });
  return new Set(found.map((node) => node['node-name']));
}
