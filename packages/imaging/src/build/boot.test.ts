import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootGuest } from './testing/boot-guest.ts';
import { tinyDisk } from './testing/tiny-disk.ts';

let folder = '';
let disk = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-boot-test-'));
  disk = await tinyDisk();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

describe('the tiny disk', () => {
  it('boots with BIOS, gets an address, and shuts down at the power button', async () => {
    await using guest = await bootGuest({ disk, firmware: 'bios' });
    expect(await guest.shell('[ -d /sys/firmware/efi ] && echo uefi || echo bios')).toBe('bios\n');
    const address =
      'for i in 1 2 3 4 5 6 7 8 9; do ifconfig eth0 | grep -o 10.0.2.15 && break; sleep 1; done';
    expect(await guest.shell(address)).toBe('10.0.2.15\n');
    expect(await guest.serialText()).toContain('tiny login:');
    guest.monitor('system_powerdown');
    expect(await guest.ended()).toBe(0);
  }, 300_000);

  it('boots with UEFI', async () => {
    await using guest = await bootGuest({ disk, firmware: 'uefi' });
    expect(await guest.shell('[ -d /sys/firmware/efi ] && echo uefi || echo bios')).toBe('uefi\n');
  }, 300_000);

  it('keeps what is written to it, over a shutdown asked of the guest agent', async () => {
    const copy = join(folder, 'persistent.raw');
    await copyFile(disk, copy);
    for (const boots of ['1\n', '2\n']) {
      await using guest = await bootGuest({ disk: copy, firmware: 'bios', isPersistent: true });
      expect(await guest.shell('cat /var/lib/boots')).toBe(boots);
      // The guest may be gone before it answers.
      void guest.ask('guest-shutdown');
      expect(await guest.ended()).toBe(0);
    }
  }, 300_000);
});
