import type { ClientGroup, Line, Scenario } from '@carrel/planner';

const bytesPerMbit = 125_000;
const workspaces = [
  { name: 'Desktop', bytes: 600e6, clientShare: 0.8 },
  { name: 'Developer', bytes: 1500e6, clientShare: 0.2 },
];
export const sitesOfRegion = 25;
const clientsOfSite = 200;
export const clientsOfRegion = sitesOfRegion * clientsOfSite;

/**
 * A company whose sites hang below regional centres, and these below one repository: lines of different width, time
 * zones, working hours; regional lines too narrow for all their sites at once, and a repository that is too narrow for
 * all regions outside working hours. It is the same at every size, apart from how many regions there are.
 */
export function makeEstate(regions: number): Scenario {
  const lines: Line[] = [
    line('repository', 'repository', 350 * regions),
    ...Array.from({ length: regions }, (_, region) => line(regionName(region), 'link', 500, region)),
  ];
  const groups: ClientGroup[] = [];
  for (let site = 0; site < regions * sitesOfRegion; site += 1) {
    const region = Math.floor(site / sitesOfRegion);
    const name = `site ${site}`;
    lines.push(line(name, 'link', [10, 20, 50, 100, 200][site % 5] ?? 10, region));
    for (const workspace of workspaces) {
      groups.push({
        id: `${name} ${workspace.name}`,
        location: name,
        workspace: workspace.name,
        clients: clientsOfSite * workspace.clientShare,
        lineIds: ['repository', regionName(region), name],
        bytes: workspace.bytes,
        bootBytes: workspace.bytes * 0.08,
        maxBytesPerSecond: 100 * bytesPerMbit,
        staggerSeconds: 8 * 3600,
        retryShare: 0.02,
        serverId: 'server',
        fixedSeconds: 1,
        peers: null,
        serviceLevelSeconds: 72 * 3600,
      });
    }
  }
  return {
    kind: 'update',
    startsAtSeconds: 8 * 3600,
    lines,
    servers: [{ id: 'server', serviceSeconds: 0.096 / regions }],
    groups,
    travellers: [],
  };
}

function regionName(region: number): string {
  return `region ${region}`;
}

function line(id: string, kind: Line['kind'], mbitPerSecond: number, region?: number): Line {
  const bytesPerSecond = mbitPerSecond * bytesPerMbit;
  const days = [0, 1, 2, 3, 4];
  const hours =
    region === undefined
      ? null
      : { startMinute: 480, endMinute: 1080, days, utcOffsetHours: (region % 12) - 6 };
  return {
    id,
    kind,
    name: id,
    capacity: {
      workingBytesPerSecond: hours ? bytesPerSecond * 0.5 : bytesPerSecond,
      offBytesPerSecond: hours ? bytesPerSecond * 0.9 : bytesPerSecond,
      hours,
    },
  };
}
