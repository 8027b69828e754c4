import { type ChainLink } from '../format/resolve-chain.ts';
import { driverOf } from '../format/source-format.ts';

/**
 * The disk as a QEMU filename that leaves nothing to guess: driver, file and backing disk are all named, so QEMU
 * neither probes contents nor follows names written in headers.
 */
export function qemuFilename(link: ChainLink): string {
  return `json:${JSON.stringify(blockNode(link))}`;
}

function blockNode(link: ChainLink): Record<string, unknown> {
  const hasBacking = link.format === 'qcow2' || link.format === 'vmdk';
  return {
    driver: driverOf(link.format),
    'read-only': true,
    file: { driver: link.isBlockDevice ? 'host_device' : 'file', filename: link.path, 'read-only': true },
    ...(hasBacking ? { backing: link.backing ? blockNode(link.backing) : null } : {}),
  };
}
