import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { runTool } from '../../tools/run-tool.ts';
import type { BuildContext } from '../build-context.ts';

/** The parts of GRUB a disk gets for one firmware. */
export type BootLoader =
  | { readonly firmware: 'bios'; readonly bootCode: Uint8Array; readonly coreImage: Uint8Array }
  | { readonly firmware: 'uefi'; readonly programPath: string };

const platforms = {
  bios: {
    folder: '/usr/lib/grub/i386-pc',
    format: 'i386-pc',
    package: 'grub-pc-bin',
    modules: ['biosdisk', 'linux16'],
    // The 16-bit way into the kernel, which an emulated processor goes 1.5 seconds faster.
    commands: { kernel: 'linux16', initrd: 'initrd16' },
  },
  uefi: {
    folder: '/usr/lib/grub/x86_64-efi',
    format: 'x86_64-efi',
    package: 'grub-efi-amd64-bin',
    modules: ['efi_gop', 'all_video'],
    commands: { kernel: 'linux', initrd: 'initrd' },
  },
} as const;

const commonModules = ['part_gpt', 'ext2', 'search_fs_uuid', 'normal', 'configfile', 'linux', 'echo', 'boot'];

/**
 * Makes GRUB for a firmware. It finds the root file system by its UUID and runs `/boot/grub/grub.cfg` there.
 *
 * @throws {TOOL_MISSING} when GRUB's modules are not installed
 */
export async function makeBootLoader(
  firmware: 'bios' | 'uefi',
  rootUuid: string,
  context: BuildContext,
): Promise<BootLoader> {
  const platform = platforms[firmware];
  const config = join(context.workFolder, `grub-${firmware}.cfg`);
  await writeFile(config, earlyConfig(rootUuid, platform.commands));
  const output = join(context.workFolder, `grub-${firmware}.img`);
  const bootCode = firmware === 'bios' ? await readBootCode(join(platform.folder, 'boot.img')) : undefined;
  await assertModules(platform);
  const args = ['-O', platform.format, '-d', platform.folder, '-o', output, '-c', config, '-p', '/boot/grub'];
  const modules = [...commonModules, ...platform.modules];
  await runTool(
    'grub-mkimage',
    { step: 'boot loader', args: [...args, ...modules], writes: output },
    context,
  );
  if (bootCode === undefined) return { firmware: 'uefi', programPath: output };
  return { firmware: 'bios', bootCode, coreImage: await readFile(output) };
}

/** What is built into GRUB: where the rest is, and which commands start a kernel on this firmware. */
function earlyConfig(rootUuid: string, commands: { kernel: string; initrd: string }): string {
  return [
    `search.fs_uuid ${rootUuid} root`,
    'set prefix=($root)/boot/grub',
    `set kernel_command=${commands.kernel}`,
    `set initrd_command=${commands.initrd}`,
    'normal',
    '',
  ].join('\n');
}

/** What GRUB runs on the disk: the kernel at once, without a menu. */
export function grubConfig(rootUuid: string, commandLine: string): string {
  const kernel = `root=UUID=${rootUuid} rw ${commandLine}`.trimEnd();
  return [
    // The screen as the firmware left it: text with BIOS, graphics with UEFI.
    'set gfxpayload=keep',
    `$kernel_command /boot/vmlinuz ${kernel}`,
    '$initrd_command /boot/initrd.img',
    'boot',
    '',
  ].join('\n');
}

async function readBootCode(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw fail('TOOL_MISSING', { tool: path, package: platforms.bios.package }, error);
  });
}

async function assertModules(platform: (typeof platforms)['bios' | 'uefi']): Promise<void> {
  const path = join(platform.folder, 'normal.mod');
  await readFile(path).catch((error: unknown) => {
    throw fail('TOOL_MISSING', { tool: path, package: platform.package }, error);
  });
}
