import { fail } from '@carrel/contract/errors';
import type { Design, DistributionChoice } from '../../decisions/index.ts';
import { buildNetwork, pathToRoot } from '../../decisions/network/index.ts';
import type { Outage } from './outage.ts';

/** Who is cut off from what. */
export interface CutOff {
  readonly fromServer: readonly DistributionChoice[];
  readonly fromRepository: readonly DistributionChoice[];
  /** Clients whose events wait. */
  readonly fromDatabase: readonly DistributionChoice[];
}

/** @throws {NOT_FOUND} there is nothing of that name */
export function cutOffBy(design: Design, { component, name }: Outage): CutOff {
  const all = design.distribution;
  switch (component) {
    case 'server': {
      requireKnown(design.instances, component, name);
      const fromServer = all.filter(({ instance }) => instance === name);
      return { fromServer, fromRepository: [], fromDatabase: fromServer };
    }
    case 'database': {
      requireKnown(design.instances, component, name);
      const clients = all.filter(({ instance }) => instance === name);
      const stops = design.profile.limits.needsDatabaseForContact;
      return { fromServer: stops ? clients : [], fromRepository: [], fromDatabase: clients };
    }
    case 'repository':
      requireKnown(design.repositories, component, name);
      return {
        fromServer: [],
        fromRepository: all.filter(({ repository }) => repository === name),
        fromDatabase: [],
      };
    case 'link':
      return cutOffByLink(design, name);
  }
}

/** Everybody on the other side than what they need. */
function cutOffByLink(design: Design, name: string): CutOff {
  const network = buildNetwork(design.plan);
  const linked = design.plan.locations.filter(({ uplink }) => uplink !== null);
  requireKnown(linked, 'link', name);
  const isBelow = (location: string): boolean =>
    pathToRoot(network, network.indexOf.get(location) ?? -1).some((node) => node.location.name === name);
  const serverPlaces = new Map(design.instances.map((one) => [one.name, one.server.location]));
  const databasePlaces = new Map(design.instances.map((one) => [one.name, one.database.location]));
  const repositoryPlaces = new Map(design.repositories.map((one) => [one.name, one.location]));
  const isApart = (choice: DistributionChoice, place: string | undefined): boolean =>
    place !== undefined && isBelow(choice.location) !== isBelow(place);
  const all = design.distribution;
  const fromServer = all.filter((choice) => isApart(choice, serverPlaces.get(choice.instance)));
  return {
    fromServer,
    fromRepository: all.filter((choice) => isApart(choice, repositoryPlaces.get(choice.repository ?? ''))),
    // Clients give their events to the server; it may be the server that is apart from its database.
    fromDatabase: all.filter(({ instance, ...choice }) => {
      const [server, database] = [serverPlaces.get(instance), databasePlaces.get(instance)];
      const isServerApart =
        server !== undefined && database !== undefined && isBelow(server) !== isBelow(database);
      return isServerApart || isApart({ instance, ...choice }, server);
    }),
  };
}

function requireKnown(known: readonly { readonly name: string }[], kind: string, id: string): void {
  if (!known.some(({ name }) => name === id)) throw fail('NOT_FOUND', { kind, id });
}
