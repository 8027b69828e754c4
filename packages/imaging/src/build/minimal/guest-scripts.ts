import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'guest');

/** The scripts that make busybox the init of a minimal system, as text. */
export interface GuestScripts {
  readonly initramfsInit: string;
  readonly start: string;
  readonly stop: string;
  readonly shutdown: string;
  readonly powerButton: string;
  readonly dhcp: string;
}

/** Reads the scripts that lie beside this file. */
export async function readGuestScripts(): Promise<GuestScripts> {
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const [initramfsInit, start, stop, shutdown, powerButton, dhcp] = await Promise.all([
    read('initramfs-init'),
    read('start'),
    read('stop'),
    read('shutdown'),
    read('power-button'),
    read('dhcp'),
  ]);
  return { initramfsInit, start, stop, shutdown, powerButton, dhcp };
}
