import { describe, expect, it } from 'vitest';
import { machinePaths } from '../host/machine-folder.ts';
import { testSpec } from '../testing/test-machine.ts';
import { escapeValue, hardwareOf, planMachine } from './plan.ts';
import type { MachineSpec } from './spec.ts';

const folder = '/var/lib/carrel/machines/0f3a';
const spec: MachineSpec = { ...testSpec(folder), runAs: undefined };
const source = { socketPath: machinePaths(folder).imageSocket, exportName: '' };

function lines(plan: { readonly argv: readonly string[] }): string {
  return `${plan.argv.join('\n')}\n`;
}

describe('the command line of a machine', () => {
  it('is this for a Linux guest whose image is still coming', async () => {
    const guest: MachineSpec = {
      ...spec,
      guestOs: 'linux',
      display: 'vnc',
      hasGuestAgent: true,
      disks: { ...spec.disks, source },
    };
    await expect(lines(planMachine(guest))).toMatchFileSnapshot('golden/linux-streaming.txt');
  });

  it('is this for a Windows guest with UEFI and KVM', async () => {
    const guest: MachineSpec = {
      ...spec,
      guestOs: 'windows',
      accelerator: 'kvm',
      diskBus: 'sata',
      network: { mode: 'nat', card: 'e1000' },
      firmware: { kind: 'uefi', codePath: '/usr/share/code.fd', variablesTemplatePath: '/usr/share/vars.fd' },
    };
    const plan = planMachine(guest);
    await expect(lines(plan)).toMatchFileSnapshot('golden/windows-uefi.txt');
    expect(plan.copies).toEqual([{ from: '/usr/share/vars.fd', to: machinePaths(folder).uefiVariables }]);
  });

  it('is this for an old guest on IDE without a network', async () => {
    const guest: MachineSpec = { ...spec, diskBus: 'ide', network: { mode: 'none' } };
    await expect(lines(planMachine(guest))).toMatchFileSnapshot('golden/ide-offline.txt');
  });

  it('keeps the hardware a guest was saved on, but not a network the policy has taken away', () => {
    const saved = { ...hardwareOf(spec), memoryMiB: 512, machineType: 'pc-q35-7.2' };
    const argv = planMachine({ ...spec, memoryMiB: 64, network: { mode: 'none' } }, saved).argv;
    expect(argv).toContain('size=512M');
    expect(argv).toContain('user,id=network,restrict=on');
    expect(argv.some((arg) => arg.startsWith('pc-q35-7.2,'))).toBe(true);
  });

  it('writes commas twice where QEMU would end a value', () => {
    expect(escapeValue('a,b,,c')).toBe('a,,b,,,,c');
    expect(planMachine({ ...spec, name: 'x,process=evil' }).argv).toContain(
      'guest=x,,process=evil,debug-threads=on',
    );
  });
});
