import type { Sheet } from '../../sheets/index.ts';
import type { ConsolidationFinding } from '../finding.ts';
import type { Application, Inventory, PhysicalServer } from '../physical-server.ts';
import { type Column, hasColumns, type RowOf, readRows } from './columns.ts';

/** The table Servers. */
export const serverColumns = {
  name: { headings: ['Name', 'Server', 'Computer'], kind: 'text', isRequired: true },
  location: { headings: ['Location', 'Site'], kind: 'text' },
  group: { headings: ['Group'], kind: 'text' },
  architecture: { headings: ['Architecture'], kind: 'text' },
  cores: { headings: ['Cores'], kind: 'number', isRequired: true },
  coreMhz: { headings: ['Speed MHz', 'MHz'], kind: 'number', isRequired: true },
  memoryGb: { headings: ['Memory GB'], kind: 'number', isRequired: true },
  memoryPeakGb: { headings: ['Memory peak GB'], kind: 'number' },
  diskGb: { headings: ['Disk GB'], kind: 'number' },
  largestPartitionGb: { headings: ['Largest partition GB'], kind: 'number' },
  adapters: { headings: ['Network adapters', 'NICs'], kind: 'number' },
  hasOtherNetwork: { headings: ['Network other than Ethernet'], kind: 'flag' },
  serialPorts: { headings: ['Serial ports'], kind: 'number' },
  serialDevices: { headings: ['Serial devices'], kind: 'number' },
  parallelDevices: { headings: ['Parallel devices'], kind: 'number' },
  usbDevices: { headings: ['USB devices'], kind: 'number' },
  hasDynamicDisks: { headings: ['Dynamic disks'], kind: 'flag' },
  processorPercent: { headings: ['Processor %'], kind: 'number' },
  memoryUsedGb: { headings: ['Memory used GB'], kind: 'number' },
  diskReadBytesPerSecond: { headings: ['Disk read bytes/s'], kind: 'number' },
  diskWriteBytesPerSecond: { headings: ['Disk write bytes/s'], kind: 'number' },
  networkSentBytesPerSecond: { headings: ['Network sent bytes/s'], kind: 'number' },
  networkReceivedBytesPerSecond: { headings: ['Network received bytes/s'], kind: 'number' },
  virtualProcessors: { headings: ['Virtual processors'], kind: 'number' },
  together: { headings: ['Keep together'], kind: 'text' },
  spread: { headings: ['Spread'], kind: 'text' },
  spreadLimit: { headings: ['Spread limit'], kind: 'number' },
  rackUnits: { headings: ['Rack units'], kind: 'number' },
  powerWatts: { headings: ['Power supply W'], kind: 'number' },
  refreshYear: { headings: ['Refresh year'], kind: 'number' },
  refreshCost: { headings: ['Refresh cost'], kind: 'number' },
  isPlanned: { headings: ['Planned'], kind: 'flag' },
} as const satisfies Record<string, Column>;

/** The table Applications. */
export const applicationColumns = {
  server: { headings: ['Server'], kind: 'text', isRequired: true },
  application: { headings: ['Application'], kind: 'text', isRequired: true },
  version: { headings: ['Version'], kind: 'text' },
  supported: { headings: ['Supported in a guest'], kind: 'text' },
} as const satisfies Record<string, Column>;

/** Reads the tables of the template; each is known by its name or its columns. */
export function readTemplate(sheets: readonly Sheet[]): {
  inventory: Inventory;
  findings: ConsolidationFinding[];
} {
  const isApplications = (sheet: Sheet) =>
    /^applications$/i.test(sheet.name) || hasColumns(sheet, applicationColumns);
  const isServers = (sheet: Sheet) =>
    !isApplications(sheet) && (/^servers$/i.test(sheet.name) || hasColumns(sheet, serverColumns));
  const tables = sheets.filter((sheet) => sheet.columns.length > 0);
  // A single table is meant to be the servers, whatever it lacks.
  const servers = tables.filter(
    (sheet) => isServers(sheet) || (tables.length === 1 && !isApplications(sheet)),
  );
  const applications = tables.filter(isApplications);
  const applicationRows = applications.map((sheet) => readRows(sheet, applicationColumns, true));
  const serverRows = servers.map((sheet) => readRows(sheet, serverColumns, true));
  const rows = serverRows.flatMap((each) => each.rows);
  const names = new Set(rows.map(({ name }) => name.toLowerCase()));
  const applicationsOf = Map.groupBy(
    applicationRows.flatMap((each) => each.rows),
    ({ server }) => server.toLowerCase(),
  );
  return {
    inventory: {
      servers: rows.map((row) => serverOf(row, applicationsOf.get(row.name.toLowerCase()) ?? [])),
      hosts: [],
    },
    findings: [
      ...serverRows.flatMap((each) => each.findings),
      ...applicationRows.flatMap((each) => each.findings),
      ...(servers.length === 0 ? [noServers] : []),
      ...tables
        .filter((sheet) => !servers.includes(sheet) && !applications.includes(sheet))
        .map(tableUnknown),
      ...twice(rows.map(({ name }) => name)),
      ...unknownServers([...applicationsOf.keys()], names),
    ],
  };
}

const noServers: ConsolidationFinding = {
  severity: 'error',
  code: 'TABLE_MISSING',
  place: 'Servers',
  message: 'There is no table of servers.',
  remedy: 'Name it Servers, or give it the columns Name, Cores, Speed MHz and Memory GB.',
};

function tableUnknown(sheet: Sheet): ConsolidationFinding {
  return {
    severity: 'warning',
    code: 'TABLE_UNKNOWN',
    place: sheet.name,
    message: `The table ${sheet.name} was left out.`,
    remedy: 'Name it Servers or Applications if it is one of these.',
  };
}

/** Finds names that stand for two servers. */
export function twice(names: readonly string[]): ConsolidationFinding[] {
  return [...Map.groupBy(names, (name) => name.toLowerCase()).values()]
    .filter((each) => each.length > 1)
    .map(([name = '', ...others]) => ({
      severity: 'error',
      code: 'NAME_TWICE',
      place: 'Servers',
      message: `${name} is there ${others.length + 1} times.`,
      remedy: 'Give each server a name of its own.',
    }));
}

function unknownServers(servers: readonly string[], known: ReadonlySet<string>): ConsolidationFinding[] {
  const unknown = servers.filter((server) => !known.has(server));
  if (unknown.length === 0) return [];
  return [
    {
      severity: 'warning',
      code: 'SERVER_UNKNOWN',
      place: 'Applications',
      message: `Applications of servers that the inventory does not have: ${unknown.slice(0, 10).join(', ')}${unknown.length > 10 ? ` and ${unknown.length - 10} more` : ''}.`,
      remedy: 'Add the servers, or correct their names.',
    },
  ];
}

function serverOf(
  row: RowOf<typeof serverColumns>,
  applications: readonly RowOf<typeof applicationColumns>[],
): PhysicalServer {
  const { name, location, group, architecture, cores, coreMhz, memoryGb, memoryPeakGb } = row;
  const { largestPartitionGb, hasDynamicDisks, isPlanned } = row;
  const { rackUnits, powerWatts, refreshYear, refreshCost } = row;
  const megabytes = (bytes: number | null) => (bytes === null ? null : bytes / 1e6);
  return {
    name,
    isGuest: false,
    location,
    group,
    architecture,
    cores,
    coreMhz,
    memoryGb,
    memoryPeakGb,
    diskGb: row.diskGb ?? 0,
    largestPartitionGb,
    adapters: row.adapters ?? 1,
    isEthernet: !row.hasOtherNetwork,
    serialPorts: row.serialPorts ?? 0,
    serialDevices: row.serialDevices ?? 0,
    parallelDevices: row.parallelDevices ?? 0,
    usbDevices: row.usbDevices ?? 0,
    hasDynamicDisks,
    averages: {
      processorShare: row.processorPercent === null ? null : row.processorPercent / 100,
      memoryGb: row.memoryUsedGb,
      diskReadMbPerSecond: megabytes(row.diskReadBytesPerSecond),
      diskWriteMbPerSecond: megabytes(row.diskWriteBytesPerSecond),
      networkSendBytesPerSecond: row.networkSentBytesPerSecond,
      networkReceiveBytesPerSecond: row.networkReceivedBytesPerSecond,
    },
    placement: {
      virtualProcessors: row.virtualProcessors,
      together: row.together,
      spread: row.spread,
      spreadLimit: row.spreadLimit ?? 1,
    },
    rackUnits,
    powerWatts,
    refreshYear,
    refreshCost,
    isPlanned,
    applications: applications.map(applicationOf),
  };
}

function applicationOf({ application, version, supported }: RowOf<typeof applicationColumns>): Application {
  const word = supported.toLowerCase();
  return {
    name: application,
    version,
    isSupported: ['yes', 'true'].includes(word) ? true : ['no', 'false'].includes(word) ? false : null,
  };
}
