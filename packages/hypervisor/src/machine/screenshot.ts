import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract';
import type { QmpClient } from '../qmp/index.ts';

const largestBytes = 64 * 1024 ** 2;

/**
 * The guest's screen as a PNG file. QEMU writes it into the guest folder; it is read as what it is, a file of
 * someone else: no link is followed, no endless file is read.
 */
export async function takeScreenshot(qmp: QmpClient, guestFolder: string): Promise<Uint8Array> {
  const name = `screen-${crypto.randomUUID()}.png`;
  const path = join(guestFolder, name);
  try {
    await qmp.execute('screendump', { filename: name, format: 'png' });
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { size, nlink } = await file.stat();
      if (nlink !== 1 || size > largestBytes) {
        throw fail('MONITOR_PROTOCOL', { reason: 'the picture of the screen is not a file of its own' });
      }
      return await file.readFile();
    } finally {
      await file.close();
    }
  } finally {
    await rm(path, { force: true });
  }
}
