import type { Design, InstanceDesign, LocationDesign } from '../../decisions/index.ts';

/** A location of an instance in a tree that is drawn row by row. */
export interface NetworkRow {
  readonly location: string;
  /** 0 for a centre. */
  readonly depth: number;
  /** Row of the location that its link leads to; `undefined` for a centre. */
  readonly parentRow: number | undefined;
  /** Clients of the instance there. */
  readonly users: number;
  readonly bandwidthMbitPerSecond: number | undefined;
  readonly isIsolated: boolean;
}

/** The locations where an instance has people or machines, and those on their way to the centre; parents first. */
export function networkRows(design: Design, instance: InstanceDesign): NetworkRow[] {
  const byName = new Map(design.locations.map((location) => [location.name, location]));
  const shown = locationsOf(design, instance, byName);
  const users = new Map(instance.population.map(({ location, users: count }) => [location, count]));
  const isolated = new Set(
    design.plan.locations.filter(({ isIsolated }) => isIsolated).map(({ name }) => name),
  );
  const rows: NetworkRow[] = [];
  const visit = (location: LocationDesign, depth: number, parentRow: number | undefined): void => {
    const row = rows.length;
    rows.push({
      location: location.name,
      depth,
      parentRow,
      users: users.get(location.name) ?? 0,
      bandwidthMbitPerSecond: location.bandwidthMbitPerSecond,
      isIsolated: isolated.has(location.name),
    });
    for (const inner of shown) if (inner.path[1] === location.name) visit(inner, depth + 1, row);
  };
  for (const location of shown) if (location.path.length === 1) visit(location, 0, undefined);
  return rows;
}

function locationsOf(
  design: Design,
  instance: InstanceDesign,
  byName: ReadonlyMap<string, LocationDesign>,
): LocationDesign[] {
  const ends = [
    ...instance.population.map(({ location }) => location),
    ...instance.consoles.map(({ location }) => location),
    instance.server.location,
    instance.database.location,
    ...design.repositories
      .filter(({ instances }) => instances.includes(instance.name))
      .map(({ location }) => location),
  ];
  const wanted = new Set(ends.flatMap((end) => byName.get(end)?.path ?? []));
  return design.locations.filter(({ name }) => wanted.has(name));
}
