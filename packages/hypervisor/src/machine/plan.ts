import {
  baseFilterNode,
  baseNode,
  diskSecretId,
  imageNode,
  nameFrom,
  nodes,
  overlayNode,
} from '../disks/block-graph.ts';
import { machinePaths } from '../host/machine-folder.ts';
import { hardwareAddress } from '../networks/hardware-address.ts';
import type { BlockNode, JsonValue } from '../qmp/index.ts';
import type { Hardware, MachineSpec } from './spec.ts';

/** A file to be put in place before the start, unless it is there already. */
export interface FileCopy {
  readonly from: string;
  readonly to: string;
}

/** How to start a machine: nothing in it is secret. */
export interface MachinePlan {
  readonly program: string;
  readonly argv: readonly string[];
  /** The process starts in this folder; names in argv without a leading slash lie in it. */
  readonly workingFolder: string;
  /** The descriptor under which the process expects the disks' secret. */
  readonly secretFd: number;
  readonly copies: readonly FileCopy[];
}

export const consoleId = 'console';
export const secretFd = 3;
/** The links of a bridged guest follow it. */
const firstLinkFd = secretFd + 1;
const cardId = 'network-card';
/** The newest part of the serial console kept for `readConsole`; a power of two. */
export const consoleSizeBytes = 65_536;

/** The hardware a machine has by its description alone. */
export function hardwareOf(spec: MachineSpec): Hardware {
  return {
    cpus: spec.cpus,
    memoryMiB: spec.memoryMiB,
    guestOs: spec.guestOs,
    diskBus: spec.diskBus,
    display: spec.display,
    hasGuestAgent: spec.hasGuestAgent,
    accelerator: spec.accelerator,
    machineType: null,
    firmwareKind: spec.firmware.kind,
    networkCard: spec.network.mode === 'none' ? null : spec.network.card,
    cardAddresses: cardAddresses(spec.network),
    hasOwnNetwork: spec.network.mode === 'nat',
  };
}

/** The hardware a saved guest goes on with: its own, and QEMU's own network beside it from when it was first there. */
export function hardwareToResume(saved: Hardware, spec: MachineSpec): Hardware {
  const isNeeded = spec.network.mode !== 'bridge' && saved.networkCard !== null;
  return { ...saved, hasOwnNetwork: saved.hasOwnNetwork || isNeeded };
}

function cardAddresses(network: MachineSpec['network']): string[] {
  if (network.mode === 'none') return [];
  const cards = network.mode === 'bridge' ? network.adapters : ['own'];
  return cards.map((_adapter, position) => hardwareAddress(network.identity, position));
}

/**
 * The command line of a machine. It starts stopped: the caller continues it when all is set up. A guest that shuts
 * down leaves the process waiting, so that nobody has to watch to learn how it ended.
 *
 * @param hardware what a saved guest was running on, to go on there; by default the description's own
 */
export function planMachine(spec: MachineSpec, hardware: Hardware = hardwareOf(spec)): MachinePlan {
  const paths = machinePaths(spec.folder);
  const inGuest = (path: string): string => nameFrom(paths.guestFolder, path);
  const argv = [
    ...['-name', `guest=${escapeValue(spec.name)},debug-threads=on`, '-uuid', spec.uuid],
    ...['-nodefaults', '-no-user-config', '-S', '-msg', 'timestamp=on'],
    ...['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'],
    ...['-action', 'reboot=reset,shutdown=pause,panic=none'],
    ...['-object', `secret,id=${diskSecretId},file=/dev/fd/${secretFd}`],
    ...boardArgs(spec, hardware),
    ...['-chardev', `socket,id=monitor,path=${escapeValue(inGuest(paths.monitorSocket))},server=on,wait=off`],
    ...['-mon', 'chardev=monitor,mode=control'],
    ...['-chardev', `ringbuf,id=${consoleId},size=${consoleSizeBytes}`, '-serial', `chardev:${consoleId}`],
    ...firmwareArgs(spec, inGuest(paths.uefiVariables)),
    ...diskArgs(spec, hardware, paths.guestFolder),
    ...networkArgs(spec, hardware),
    ...displayArgs(hardware, inGuest(paths.vncSocket)),
    ...guestAgentArgs(hardware, inGuest(paths.guestAgentSocket)),
    ...comfortArgs(),
  ];
  return {
    program: spec.programs.system,
    argv,
    workingFolder: paths.guestFolder,
    secretFd,
    copies:
      spec.firmware.kind === 'uefi'
        ? [{ from: spec.firmware.variablesTemplatePath, to: paths.uefiVariables }]
        : [],
  };
}

/** In QEMU's `key=value,…` arguments a comma inside a value is written twice. */
export function escapeValue(value: string): string {
  return value.replaceAll(',', ',,');
}

function boardArgs(spec: MachineSpec, hardware: Hardware): string[] {
  // The PIIX board is the one with an IDE controller, for old guests.
  const type = hardware.machineType ?? (hardware.diskBus === 'ide' ? 'pc' : 'q35');
  const flash = spec.firmware.kind === 'uefi' ? ',pflash0=uefi-code,pflash1=uefi-variables' : '';
  const isHardwareAssisted = hardware.accelerator === 'kvm' || hardware.accelerator === 'hvf';
  const clock = hardware.guestOs === 'windows' ? 'localtime' : 'utc';
  return [
    ...['-machine', `${type},accel=${hardware.accelerator},dump-guest-core=off${flash}`],
    ...['-cpu', isHardwareAssisted ? 'host' : 'max'],
    ...['-smp', `cpus=${hardware.cpus}`, '-m', `size=${hardware.memoryMiB}M`],
    ...['-rtc', `base=${clock},clock=host,driftfix=slew`],
  ];
}

function firmwareArgs(spec: MachineSpec, variables: string): string[] {
  if (spec.firmware.kind === 'bios') return [];
  const code = spec.firmware.codePath;
  return [
    ...blockdev({
      driver: 'raw',
      'node-name': 'uefi-code',
      'read-only': true,
      file: { driver: 'file', filename: code },
    }),
    ...blockdev({
      driver: 'raw',
      'node-name': 'uefi-variables',
      file: { driver: 'file', filename: variables },
    }),
  ];
}

function diskArgs(spec: MachineSpec, hardware: Hardware, guestFolder: string): string[] {
  const { source, basePath, overlayPath } = spec.disks;
  const base = baseNode(basePath, guestFolder, source !== undefined);
  const graph = source
    ? [
        imageNode(source, guestFolder),
        base,
        baseFilterNode(),
        overlayNode(overlayPath, guestFolder, nodes.baseFilter),
      ]
    : [base, overlayNode(overlayPath, guestFolder, nodes.base)];
  return [...graph.flatMap(blockdev), ...device(diskDevice(hardware.diskBus))];
}

/** A failed access stops the guest and is tried again later: neither a full disk nor a bad source reaches it. */
function diskDevice(bus: Hardware['diskBus']): Record<string, JsonValue> {
  const drive = { drive: nodes.overlay, bootindex: 0, rerror: 'stop', werror: 'stop' };
  if (bus === 'virtio') return { driver: 'virtio-blk-pci', id: 'disk', ...drive };
  return { driver: 'ide-hd', id: 'disk', bus: 'ide.0', ...drive };
}

/**
 * A guest saved with a card keeps it where the policy now forbids the network, but its card leads nowhere; so does one
 * for which there is no adapter any more.
 */
function networkArgs(spec: MachineSpec, hardware: Hardware): string[] {
  const driver = hardware.networkCard === 'virtio' ? 'virtio-net-pci' : 'e1000';
  const links = spec.network.mode === 'bridge' ? spec.network.adapters.length : 0;
  const cards = hardware.cardAddresses.flatMap((mac, position) => {
    const netdev = nameAt('network', position);
    const isConnected = spec.network.mode === 'bridge' ? position < links : position === 0;
    const end = isConnected ? { netdev } : {};
    const card = device({ driver, id: nameAt(cardId, position), ...end, mac });
    if (!isConnected || spec.network.mode !== 'bridge') return card;
    const link = nameAt('link', position);
    // A card at the link itself would leave checksums to it, and a guest saved so could go on with no other network.
    return [
      ...['-netdev', `tap,id=${link},fd=${firstLinkFd + position}`],
      ...['-netdev', `hubport,id=${nameAt('plug', position)},hubid=${position},netdev=${link}`],
      ...['-netdev', `hubport,id=${netdev},hubid=${position}`],
      ...card,
    ];
  });
  return [...ownNetworkArgs(spec, hardware), ...cards];
}

function ownNetworkArgs({ network }: MachineSpec, hardware: Hardware): string[] {
  if (!hardware.hasOwnNetwork) return [];
  if (network.mode === 'bridge') return ['-netdev', 'user,id=unused,restrict=on'];
  return ['-netdev', `user,id=network${network.mode === 'none' ? ',restrict=on' : ''}`];
}

/** The network cards of a machine. */
export function cardIds(hardware: Hardware): string[] {
  return hardware.cardAddresses.map((_address, position) => nameAt(cardId, position));
}

function nameAt(name: string, position: number): string {
  return position === 0 ? name : `${name}-${position}`;
}

function displayArgs(hardware: Hardware, socket: string): string[] {
  const card = hardware.guestOs === 'linux' ? 'virtio-vga' : 'VGA';
  const screen = hardware.display === 'vnc' ? ['-vnc', `unix:${escapeValue(socket)}`] : [];
  return ['-display', 'none', ...screen, ...device({ driver: card, id: 'screen' })];
}

function guestAgentArgs(hardware: Hardware, socket: string): string[] {
  if (!hardware.hasGuestAgent) return [];
  return [
    ...device({ driver: 'virtio-serial-pci', id: 'serial-bus' }),
    ...['-chardev', `socket,id=guest-agent,path=${escapeValue(socket)},server=on,wait=off`],
    ...device({ driver: 'virtserialport', chardev: 'guest-agent', name: 'org.qemu.guest_agent.0' }),
  ];
}

/** A pointer that needs no grabbing, entropy, memory given back to the host, word of a panic. */
function comfortArgs(): string[] {
  return [
    ...device({ driver: 'qemu-xhci', id: 'usb' }),
    ...device({ driver: 'usb-tablet', id: 'pointer', bus: 'usb.0' }),
    ...['-object', 'rng-builtin,id=entropy'],
    ...device({ driver: 'virtio-rng-pci', id: 'rng', rng: 'entropy' }),
    ...device({ driver: 'virtio-balloon-pci', id: 'balloon', 'free-page-reporting': true }),
    ...device({ driver: 'pvpanic', id: 'panic' }),
  ];
}

function blockdev(node: BlockNode): string[] {
  return ['-blockdev', JSON.stringify(node)];
}

function device(properties: Record<string, JsonValue>): string[] {
  return ['-device', JSON.stringify(properties)];
}
