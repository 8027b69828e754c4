import type { Design, LocationDesign, RepositoryDesign, Technique } from '../decisions/index.ts';
import type { Prose } from '../document/model/plan-document.ts';
import { joinProse, name, names, prose, quantity, statement, words } from '../document/model/prose.ts';
import { type Sources, sourcesOf } from '../document/model/sources.ts';
import type { Workspace } from '../plan-file/index.ts';
import type { Sheet } from '../sheets/index.ts';
import { type JobAid, sheetOf } from './job-aid.ts';

/** What a technique is called in documents. */
export const techniqueWords: Readonly<Record<Technique, string>> = {
  'pre-stage': 'pre-staged',
  network: 'downloaded',
  'removable-media': 'removable media',
};

/** Job aid A-1 of the planning guide, client data: a row for each location, as a sheet. */
export function jobAidA1(design: Design): Sheet {
  return sheetOf(clientData(design));
}

/** Job aid A-1 with where each number comes from. */
export function clientData(design: Design): JobAid {
  const sources = sourcesOf(design);
  return {
    name: 'A-1 Client data',
    columns: columns.map(({ title }) => title),
    rows: design.locations.map((location) => {
      const row = rowOf(design, sources, location);
      return columns.map(({ cell }) => cell(row));
    }),
  };
}

/** What the cells of a location are made from. */
interface Row {
  readonly design: Design;
  readonly sources: Sources;
  readonly location: LocationDesign;
  readonly workspaces: readonly Workspace[];
  /** Standing at the location. */
  readonly standing: readonly RepositoryDesign[];
  /** Those its computers load from. */
  readonly serving: readonly RepositoryDesign[];
}

function rowOf(design: Design, sources: Sources, location: LocationDesign): Row {
  const used = new Set(location.workspaces);
  return {
    design,
    sources,
    location,
    workspaces: design.plan.workspaces
      .filter((workspace) => used.has(workspace.name))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    standing: design.repositories.filter((repository) => repository.location === location.name),
    serving: design.repositories.filter(({ clients }) =>
      clients.some((client) => client.location === location.name),
    ),
  };
}

const columns: readonly { readonly title: string; readonly cell: (row: Row) => Prose }[] = [
  { title: 'Location name', cell: ({ location }) => [name(location.name)] },
  { title: 'Available bandwidth', cell: bandwidth },
  {
    title: 'Number of users',
    cell: ({ location, sources }) => [
      quantity(location.users, '', sources.decision('scope.population', location.name)),
    ],
  },
  {
    title: 'Maximum number of users',
    cell: ({ location, sources }) => [
      quantity(location.maximumUsers, '', sources.decision('scope.population', location.name)),
    ],
  },
  {
    title: 'VM names used in location',
    cell: ({ workspaces }) => names([...new Set(workspaces.map(({ image }) => image))].toSorted()),
  },
  { title: 'Location of users permitted to work offline', cell: offline },
  {
    title: 'Existing library location',
    cell: ({ design, location }) =>
      words(
        design.plan.locations.find((one) => one.name === location.name)?.hasLibrary ? 'here' : 'none here',
      ),
  },
  { title: 'Acceptable initial load time', cell: (row) => serviceLevel(row, 'initialLoadHours', 'h') },
  { title: 'Acceptable deploy time for updates', cell: (row) => serviceLevel(row, 'updateHours', 'h') },
  { title: 'Acceptable response time for reports', cell: (row) => serviceLevel(row, 'reportSeconds', 's') },
  { title: 'Image distribution techniques', cell: techniques },
  {
    title: 'Local repository required (Y/N)',
    cell: ({ standing }) => words(standing.length > 0 ? 'Y' : 'N'),
  },
  { title: 'Number of additional repositories and reason', cell: additional },
  { title: 'VM names in repository', cell: ({ standing }) => each(standing, ({ images }) => names(images)) },
  {
    title: 'Clients that load workspaces with images from the repository',
    cell: ({ standing, sources }) =>
      each(standing, ({ clients, name: repository }) => [
        quantity(
          clients.reduce((sum, { users }) => sum + users, 0),
          'clients',
          sources.decision('repository.concurrency', repository),
        ),
      ]),
  },
  { title: 'Design of repository', cell: repositoryDesign },
  {
    title: 'Location of repository',
    cell: ({ serving }) => names([...new Set(serving.map(({ location }) => location))].toSorted()),
  },
  {
    title: 'Disk space required',
    cell: ({ standing, sources }) =>
      each(standing, ({ diskBytes, name: repository }) => [
        quantity(diskBytes, 'B', sources.decision('repository.disk', repository)),
      ]),
  },
  {
    title: 'Design and placement of web servers',
    cell: ({ standing, sources, location }) =>
      each(standing, ({ webServers, name: repository }) => {
        const count = quantity(webServers, '', sources.decision('repository.web-servers', repository));
        return prose`${count} on the machine of the repository, at ${name(location.name)}`;
      }),
  },
];

function bandwidth({ location, sources }: Row): Prose {
  const { bandwidthMbitPerSecond: rate } = location;
  if (rate === undefined) return words('centre of its network');
  return [quantity(rate, 'Mbit/s', sources.own('plan', `uplink of ${location.name}`))];
}

function offline({ workspaces, sources }: Row): Prose {
  const allowed = workspaces.filter(({ offlineLimitHours }) => offlineLimitHours !== 0);
  if (allowed.length === 0) return words('none may');
  const limits = allowed.map(({ name: workspace, offlineLimitHours: hours }) =>
    hours === null
      ? prose`${name(workspace)} without limit`
      : prose`${name(workspace)} for ${quantity(hours, 'h', sources.own('plan', `offline limit of ${workspace}`))}`,
  );
  return prose`here: ${joinProse(limits, '; ')}`;
}

function serviceLevel(
  { workspaces, sources }: Row,
  level: keyof Workspace['serviceLevels'],
  unit: string,
): Prose {
  const lines = workspaces.map(({ name: workspace, serviceLevels }) => {
    const source = sources.own('plan', `${level} of ${workspace}`);
    return prose`${name(workspace)} ${quantity(serviceLevels[level], unit, source)}`;
  });
  return joinProse(lines, '; ');
}

function techniques({ design, location }: Row): Prose {
  const choices = design.distribution.filter((choice) => choice.location === location.name);
  const lines = choices.map(
    ({ workspace, technique }) => prose`${name(workspace)} ${words(techniqueWords[technique])}`,
  );
  return joinProse(lines, '; ');
}

function additional({ standing, sources }: Row): Prose {
  const others = standing.filter(({ reason }) => reason !== 'instance');
  const count = quantity(others.length, '', sources.own('document.count', 'additional repositories'));
  const reasons = others.map(({ name: repository, because }) => [
    statement(because, sources.decision('repository.reason', repository)),
  ]);
  return others.length === 0 ? [count] : prose`${count}: ${joinProse(reasons, '; ')}`;
}

function repositoryDesign({ standing, sources }: Row): Prose {
  return each(standing, ({ name: repository, concurrentDownloads, throughputMbitPerSecond }) => {
    const source = sources.decision('repository.concurrency', repository);
    const downloads = quantity(concurrentDownloads, 'downloads', source);
    const rate = quantity(
      throughputMbitPerSecond,
      'Mbit/s',
      sources.decision('repository.web-servers', repository),
    );
    return prose`${name(repository)}: ${downloads} at once, ${rate}`;
  });
}

function each(
  repositories: readonly RepositoryDesign[],
  line: (repository: RepositoryDesign) => Prose,
): Prose {
  return repositories.length === 0 ? words('none here') : joinProse(repositories.map(line), '; ');
}
