import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { WorkspaceKey } from '../leases/lease-store.ts';
import type { OverlayDisk } from './workspace-record.ts';

/** Where the files of one workspace of one user lie. */
export interface WorkspaceFiles {
  /** The machine's own, see the hypervisor; the disks lie in its guest folder. */
  readonly folder: string;
  /** Belongs to the user of the guest. */
  readonly guestFolder: string;
  /** What the guest writes. */
  overlay(disk: OverlayDisk): string;
  /** The NBD server of the image. */
  readonly imageSocket: string;
  /** The local copy of an image, by manifest digest. */
  base(image: string): string;
}

/** Folder names are short, because paths of unix sockets may not exceed 107 bytes. */
export function workspaceFiles(parent: string, key: WorkspaceKey): WorkspaceFiles {
  const folder = join(parent, hashOf(key).slice(0, 16));
  const guestFolder = join(folder, 'guest');
  return {
    folder,
    guestFolder,
    overlay: (disk) => join(guestFolder, disk === 'a' ? 'overlay.qcow2' : `overlay-${disk}.qcow2`),
    imageSocket: join(guestFolder, 'image.sock'),
    base: (image) => join(guestFolder, `base-${image.replace('sha256:', '').slice(0, 16)}.qcow2`),
  };
}

/** The hardware identity of the machine of a workspace: always the same, and a valid UUID (RFC 9562, version 8). */
export function machineUuid(key: WorkspaceKey): string {
  const hex = hashOf(key);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

function hashOf({ workspaceId, userId }: WorkspaceKey): string {
  return createHash('sha256').update(`${workspaceId}\n${userId}`).digest('hex');
}
