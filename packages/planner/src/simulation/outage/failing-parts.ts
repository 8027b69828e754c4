import type { Design } from '../../decisions/index.ts';
import type { Outage } from './outage.ts';

/** What can fail of one kind, and how long the plan says it takes until it is back. */
export interface FailingParts {
  /** As {@link Outage} names them. */
  readonly names: readonly string[];
  readonly recoveryHours: number;
}

/** Everything of a design that can fail. */
export function failingParts({
  plan: { recovery, locations },
  instances,
  repositories,
}: Design): Readonly<Record<Outage['component'], FailingParts>> {
  const ofInstances = instances.map(({ name }) => name);
  return {
    server: { names: ofInstances, recoveryHours: recovery.serverHours },
    database: { names: ofInstances, recoveryHours: recovery.databaseHours },
    repository: { names: repositories.map(({ name }) => name), recoveryHours: recovery.repositoryHours },
    link: {
      names: locations.filter(({ uplink }) => uplink !== null).map(({ name }) => name),
      recoveryHours: recovery.linkHours,
    },
  };
}
