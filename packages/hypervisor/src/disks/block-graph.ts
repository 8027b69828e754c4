import { isAbsolute, relative } from 'node:path';
import type { BlockNode } from '../qmp/index.ts';
import type { NbdSource } from './nbd-source.ts';

/** The names of the nodes, the same in every process: whoever takes a process over finds them again. */
export const nodes = {
  image: 'image',
  base: 'base',
  baseFilter: 'base-filter',
  overlay: 'overlay',
} as const;

/** Name of the secret object that all disks are opened with. */
export const diskSecretId = 'disk-key';

/** A day: while the agent is away the guest's reads of missing blocks wait, and never fail. */
const reconnectDelaySeconds = 86_400;
/** How long a start waits for the export; the agent serves it before it starts a machine. */
const openTimeoutSeconds = 10;

/** The image's NBD export. */
export function imageNode(source: NbdSource, folder: string): BlockNode {
  return {
    driver: 'nbd',
    'node-name': nodes.image,
    'read-only': true,
    server: { type: 'unix', path: nameFrom(folder, source.socketPath) },
    ...(source.exportName !== '' && { export: source.exportName }),
    'reconnect-delay': reconnectDelaySeconds,
    'open-timeout': openTimeoutSeconds,
  };
}

/** The image's local copy: written only while something of the image is missing. */
export function baseNode(path: string, folder: string, hasSource: boolean): BlockNode {
  return {
    ...encryptedDisk(nodes.base, path, folder),
    'read-only': !hasSource,
    backing: hasSource ? nodes.image : null,
  };
}

/** Keeps in the base whatever the guest reads from the image. */
export function baseFilterNode(): BlockNode {
  return { driver: 'copy-on-read', 'node-name': nodes.baseFilter, file: nodes.base };
}

/** What the guest writes; a guest's trim gives space back to the host. */
export function overlayNode(path: string, folder: string, backing: string): BlockNode {
  return {
    ...encryptedDisk(nodes.overlay, path, folder),
    discard: 'unmap',
    'detect-zeroes': 'unmap',
    backing,
  };
}

function encryptedDisk(name: string, path: string, folder: string): BlockNode {
  return {
    driver: 'qcow2',
    'node-name': name,
    file: { driver: 'file', filename: nameFrom(folder, path), discard: 'unmap' },
    encrypt: { format: 'luks', 'key-secret': diskSecretId },
  };
}

/**
 * The path as the confined process sees it: relative to its folder when it lies inside. The process starts in that
 * folder and need not be able to walk there from the root.
 */
export function nameFrom(folder: string, path: string): string {
  const name = relative(folder, path);
  return name === '' || name.startsWith('..') || isAbsolute(name) ? path : name;
}
