import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { machinePaths } from '../host/machine-folder.ts';
import { testSpec } from '../testing/test-machine.ts';
import { escapeValue, hardwareOf, hardwareToResume, planMachine } from './plan.ts';
import type { MachineSpec } from './spec.ts';

const folder = '/var/lib/carrel/machines/0f3a';
const spec: MachineSpec = { ...testSpec(folder), runAs: undefined };
const source = { socketPath: machinePaths(folder).imageSocket, exportName: '' };

function bridge(...adapters: string[]): MachineSpec['network'] {
  return { mode: 'bridge', card: 'virtio', identity: 'a device/a workspace', adapters };
}

function netdevs(argv: readonly string[]): string[] {
  return argv.filter((_arg, at) => argv[at - 1] === '-netdev');
}

function cards(argv: readonly string[]): { id: string; netdev?: string | undefined; mac: string }[] {
  const schema = z.object({
    driver: z.string(),
    id: z.string(),
    netdev: z.string().optional(),
    mac: z.string(),
  });
  return argv
    .filter((arg) => arg.startsWith('{') && arg.includes('"mac"'))
    .map((arg) => schema.parse(JSON.parse(arg)));
}

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
      network: { mode: 'nat', card: 'e1000', identity: 'laptop-7/accounting/ada' },
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

  it('gives a bridged guest a card for each adapter, on the descriptors after the secret', () => {
    const argv = planMachine({ ...spec, network: bridge('eth0', 'eth1') }).argv;
    expect(netdevs(argv)).toEqual([
      'tap,id=link,fd=4',
      'hubport,id=plug,hubid=0,netdev=link',
      'hubport,id=network,hubid=0',
      'tap,id=link-1,fd=5',
      'hubport,id=plug-1,hubid=1,netdev=link-1',
      'hubport,id=network-1,hubid=1',
    ]);
    expect(cards(argv)).toMatchObject([
      { driver: 'virtio-net-pci', id: 'network-card', netdev: 'network' },
      { driver: 'virtio-net-pci', id: 'network-card-1', netdev: 'network-1' },
    ]);
    const [first, second] = cards(argv).map(({ mac }) => mac);
    expect(first).not.toBe(second);
    // Moved between networks it stays the same guest to itself.
    expect(cards(planMachine(spec).argv)[0]?.mac).toBe(first);
  });

  it('lets a saved guest go on when the policy has changed its network', () => {
    const natThenBridge = { ...spec, network: bridge('eth0', 'eth1') };
    const saved = { ...hardwareOf(spec), cardAddresses: ['02:00:00:00:00:01'] };
    const argv = planMachine(natThenBridge, hardwareToResume(saved, natThenBridge)).argv;
    // What was saved has a part for QEMU's own network, so that has to be there.
    expect(netdevs(argv)).toEqual([
      'user,id=unused,restrict=on',
      'tap,id=link,fd=4',
      'hubport,id=plug,hubid=0,netdev=link',
      'hubport,id=network,hubid=0',
    ]);
    expect(cards(argv)).toMatchObject([{ netdev: 'network', mac: '02:00:00:00:00:01' }]);

    const bridged = { ...hardwareOf(natThenBridge) };
    const again = hardwareToResume(bridged, spec);
    expect(again.hasOwnNetwork).toBe(true);
    const back = planMachine(spec, again).argv;
    expect(netdevs(back)).toEqual(['user,id=network']);
    expect(cards(back).map(({ netdev }) => netdev)).toEqual(['network', undefined]);
  });

  it('writes commas twice where QEMU would end a value', () => {
    expect(escapeValue('a,b,,c')).toBe('a,,b,,,,c');
    expect(planMachine({ ...spec, name: 'x,process=evil' }).argv).toContain(
      'guest=x,,process=evil,debug-threads=on',
    );
  });
});
