import type { InstanceReason } from '../design.ts';
import type { Group } from '../scope/index.ts';

/** An instance before its machines are decided. */
export interface InstanceShare {
  readonly name: string;
  readonly group: Group;
  readonly reason: InstanceReason;
  readonly because: string;
  /** By node, in the order of the network. */
  readonly clientsAt: ReadonlyMap<number, number>;
  readonly clients: number;
  /** Places in `Population.workspaces`. */
  readonly workspaces: readonly number[];
}

/**
 * As few instances as the limit allows, each group's filled along the network so that neighbours share one; a location
 * may be shared between two.
 */
export function fillInstances(groups: readonly Group[], limit: number): InstanceShare[] {
  const taken = new Set(groups.map(({ name }) => name));
  return groups.flatMap((group) =>
    splitClients(group, limit).map((clientsAt, at): InstanceShare => {
      const isFirst = at === 0;
      return {
        name: isFirst ? group.name : numberedName(group.name, at + 1, taken),
        group,
        reason: isFirst ? group.reason : 'users',
        because: isFirst
          ? group.because
          : `One instance carries ${limit} clients; these are the next ones of ${group.name}.`,
        clientsAt,
        clients: [...clientsAt.values()].reduce((sum, count) => sum + count, 0),
        workspaces: workspacesAt(group, clientsAt),
      };
    }),
  );
}

function splitClients(group: Group, limit: number): Map<number, number>[] {
  const shares: Map<number, number>[] = [];
  let free = 0;
  for (const [index, { clients }] of group.cells) {
    for (let left = clients; left > 0; ) {
      if (free === 0) {
        shares.push(new Map());
        free = limit;
      }
      const part = Math.min(left, free);
      shares.at(-1)?.set(index, part);
      left -= part;
      free -= part;
    }
  }
  return shares;
}

function workspacesAt(group: Group, clientsAt: ReadonlyMap<number, number>): number[] {
  const places = new Set<number>();
  for (const index of clientsAt.keys()) {
    for (const workspace of group.cells.get(index)?.workspaces ?? []) places.add(workspace);
  }
  return [...places].sort((left, right) => left - right);
}

function numberedName(name: string, number: number, taken: Set<string>): string {
  let numbered = `${name}-${number}`;
  while (taken.has(numbered)) numbered += "'";
  taken.add(numbered);
  return numbered;
}
