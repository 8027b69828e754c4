import type { Sheet } from '../../sheets/index.ts';
import type { ConsolidationFinding } from '../finding.ts';
import type { ExistingHost, Inventory, PhysicalServer } from '../physical-server.ts';
import { type Column, type ReadRows, type RowOf, readRows } from './columns.ts';

const guest = { headings: ['VM'], kind: 'text', isRequired: true } as const;
const key = { headings: ['VM UUID', 'VM ID'], kind: 'text' } as const;

/** The columns of an export of RVTools that are read, by tab; names of 3.x (MB) and 4.x (MiB) both. */
export const rvtoolsColumns = {
  vInfo: {
    guest,
    key,
    power: { headings: ['Powerstate'], kind: 'text' },
    isTemplate: { headings: ['Template'], kind: 'flag' },
    processors: { headings: ['CPUs'], kind: 'count', isRequired: true },
    memoryMib: { headings: ['Memory', 'Memory MiB'], kind: 'count', isRequired: true },
    adapters: { headings: ['NICs'], kind: 'count' },
    diskMib: {
      headings: ['Total disk capacity MiB', 'Provisioned MiB', 'Provisioned MB'],
      kind: 'count',
    },
    datacenter: { headings: ['Datacenter'], kind: 'text' },
    host: { headings: ['Host'], kind: 'text' },
  },
  vCPU: {
    guest,
    key,
    usedMhz: { headings: ['Overall'], kind: 'count' },
    mostMhz: { headings: ['Max'], kind: 'count' },
  },
  vMemory: { guest, key, usedMib: { headings: ['Consumed'], kind: 'count' } },
  vDisk: { guest, key, diskMib: { headings: ['Capacity MiB', 'Capacity MB'], kind: 'count' } },
  vNetwork: { guest, key, adapter: { headings: ['NIC label', 'Network'], kind: 'text' } },
  vHost: {
    host: { headings: ['Host'], kind: 'text', isRequired: true },
    coreMhz: { headings: ['Speed'], kind: 'count', isRequired: true },
    adapters: { headings: ['# NICs'], kind: 'count' },
  },
} as const satisfies Record<string, Record<string, Column>>;

/** Whether the sheets are an export of RVTools: one is its tab vInfo. */
export function isRvtools(sheets: readonly Sheet[]): boolean {
  return sheets.some(({ name }) => tabOf(name) === 'vinfo');
}

/**
 * Reads an export of RVTools. Its machines are guests already, with one value of processor and memory each and none of
 * disk and network throughput; samples may bring those. What does not run (powered off, templates) is left out.
 */
export function readRvtools(sheets: readonly Sheet[]): {
  inventory: Inventory;
  findings: ConsolidationFinding[];
} {
  const info = readTab(sheets, 'vInfo', rvtoolsColumns.vInfo);
  const processors = readTab(sheets, 'vCPU', rvtoolsColumns.vCPU);
  const memory = readTab(sheets, 'vMemory', rvtoolsColumns.vMemory);
  const disks = readTab(sheets, 'vDisk', rvtoolsColumns.vDisk);
  const networks = readTab(sheets, 'vNetwork', rvtoolsColumns.vNetwork);
  const hosts = readTab(sheets, 'vHost', rvtoolsColumns.vHost);
  const running = info.rows.filter(isRunning);
  const tabs: Tabs = {
    processors: new Map(processors.rows.map((row) => [keyOf(row), row])),
    memory: new Map(memory.rows.map((row) => [keyOf(row), row])),
    disks: Map.groupBy(disks.rows, keyOf),
    networks: Map.groupBy(networks.rows, keyOf),
    hosts: new Map(hosts.rows.map((row) => [row.host, row])),
  };
  const names = uniqueNames(running);
  const servers = running.map((row, index) => serverOf(row, names[index] ?? row.guest, tabs));
  return {
    inventory: { servers, hosts: hosts.rows.map((row) => hostOf(row, running, names)) },
    findings: [
      ...[info, processors, memory, disks, networks, hosts].flatMap(({ findings }) => findings),
      ...leftOut(info.rows.length - running.length),
      ...withoutSpeed(servers),
    ],
  };
}

type Info = RowOf<typeof rvtoolsColumns.vInfo>;
interface Tabs {
  readonly processors: ReadonlyMap<string, RowOf<typeof rvtoolsColumns.vCPU>>;
  readonly memory: ReadonlyMap<string, RowOf<typeof rvtoolsColumns.vMemory>>;
  readonly disks: ReadonlyMap<string, readonly RowOf<typeof rvtoolsColumns.vDisk>[]>;
  readonly networks: ReadonlyMap<string, readonly unknown[]>;
  readonly hosts: ReadonlyMap<string, RowOf<typeof rvtoolsColumns.vHost>>;
}

/** `vInfo`, `RVTools_tabvInfo` and the like are the tab `vinfo`. */
function tabOf(name: string): string {
  return name.toLowerCase().replace(/^rvtools_tab/, '');
}

function readTab<const C extends Readonly<Record<string, Column>>>(
  sheets: readonly Sheet[],
  tab: string,
  columns: C,
): ReadRows<RowOf<C>> {
  const sheet = sheets.find(({ name }) => tabOf(name) === tab.toLowerCase());
  if (sheet !== undefined) return readRows({ ...sheet, name: tab }, columns, false);
  const finding: ConsolidationFinding = {
    severity: 'warning',
    code: 'TABLE_MISSING',
    place: tab,
    message: `The export has no tab ${tab}.`,
    remedy: 'Export all tabs of RVTools; what this one tells is taken from vInfo or counts as unknown.',
  };
  return { rows: [], findings: [finding] };
}

function isRunning({ guest: name, power, isTemplate }: Info): boolean {
  // vCLS machines belong to the clusters that they run on.
  return !isTemplate && !/^vCLS\b/.test(name) && (power === '' || /^powered\s?on$/i.test(power));
}

function keyOf(row: { readonly guest: string; readonly key: string }): string {
  return row.key === '' ? row.guest : row.key;
}

/** Guests of different data centres may have the same name; the second becomes `name (2)`. */
function uniqueNames(rows: readonly Info[]): string[] {
  const seen = new Map<string, number>();
  return rows.map(({ guest: name }) => {
    const count = (seen.get(name.toLowerCase()) ?? 0) + 1;
    seen.set(name.toLowerCase(), count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

function serverOf(row: Info, name: string, tabs: Tabs): PhysicalServer {
  const processor = tabs.processors.get(keyOf(row));
  const speeds = [
    tabs.hosts.get(row.host)?.coreMhz,
    processor?.mostMhz && processor.mostMhz / Math.max(row.processors, 1),
  ];
  const coreMhz = speeds.find((speed) => typeof speed === 'number' && speed > 0) ?? 0;
  const disks = tabs.disks.get(keyOf(row))?.reduce((sum, { diskMib }) => sum + (diskMib ?? 0), 0);
  const totalMhz = coreMhz * row.processors;
  const usedMib = tabs.memory.get(keyOf(row))?.usedMib ?? row.memoryMib;
  return {
    name,
    isGuest: true,
    location: row.datacenter,
    group: '',
    architecture: '',
    cores: row.processors,
    coreMhz,
    memoryGb: gigabytes(row.memoryMib),
    memoryPeakGb: null,
    diskGb: gigabytes(disks ?? row.diskMib ?? 0),
    largestPartitionGb: null,
    adapters: tabs.networks.get(keyOf(row))?.length ?? row.adapters ?? 1,
    isEthernet: true,
    serialPorts: 0,
    serialDevices: 0,
    parallelDevices: 0,
    usbDevices: 0,
    hasDynamicDisks: false,
    averages: {
      processorShare: totalMhz === 0 || processor === undefined ? null : (processor.usedMhz ?? 0) / totalMhz,
      memoryGb: gigabytes(usedMib),
      diskReadMbPerSecond: null,
      diskWriteMbPerSecond: null,
      networkSendBytesPerSecond: null,
      networkReceiveBytesPerSecond: null,
    },
    placement: { virtualProcessors: row.processors, together: '', spread: '', spreadLimit: 1 },
    rackUnits: null,
    powerWatts: null,
    refreshYear: null,
    refreshCost: null,
    isPlanned: false,
    applications: [],
  };
}

function hostOf(
  row: RowOf<typeof rvtoolsColumns.vHost>,
  running: readonly Info[],
  names: readonly string[],
): ExistingHost {
  return {
    name: row.host,
    adapters: row.adapters ?? 0,
    rackUnits: null,
    powerWatts: null,
    refreshYear: null,
    refreshCost: null,
    isPlanned: false,
    guests: running.flatMap(({ host, guest: name }, index) =>
      host === row.host ? (names[index] ?? name) : [],
    ),
  };
}

function gigabytes(mebibytes: number): number {
  return (mebibytes * 1024 ** 2) / 1e9;
}

function leftOut(count: number): ConsolidationFinding[] {
  if (count === 0) return [];
  return [
    {
      severity: 'warning',
      code: 'GUESTS_LEFT_OUT',
      place: 'vInfo',
      message: `${count} rows that are templates, do not run or belong to a cluster were left out.`,
      remedy: 'Start machines that should count, and export again.',
    },
  ];
}

function withoutSpeed(servers: readonly PhysicalServer[]): ConsolidationFinding[] {
  const count = servers.filter(({ coreMhz }) => coreMhz === 0).length;
  if (count === 0) return [];
  return [
    {
      severity: 'error',
      code: 'NOT_MEASURED',
      place: 'vHost: Speed',
      message: `The processor speed of ${count} machines is unknown.`,
      remedy: 'Export the tabs vHost and vCPU too.',
    },
  ];
}
