import type { Design, InstanceDesign } from '../../decisions/index.ts';
import { formFactor } from '../../job-aids/index.ts';
import { drawArchitecture } from '../draw/architecture.ts';
import { list, section } from '../model/blocks.ts';
import type { Prose, Section } from '../model/plan-document.ts';
import { joinProse, name, names, prose, quantity, words } from '../model/prose.ts';
import type { Sources } from '../model/sources.ts';

/** A picture of each instance, and the same in words. */
export function architectureSection(design: Design, sources: Sources): Section {
  return section(
    'architecture',
    'Architecture',
    [],
    design.instances.map((instance, at) => {
      const id = `instance-${String.fromCodePoint(97 + (at % 26)).repeat(1 + Math.floor(at / 26))}`;
      return section(
        id,
        [name(instance.name)],
        [
          {
            kind: 'figure',
            id,
            caption: prose`Instance ${name(instance.name)}: locations by their links, with what stands at each`,
            drawing: drawArchitecture(design, instance, sources),
            description: describe(design, instance, sources),
          },
          list(machines(design, instance, sources)),
        ],
      );
    }),
  );
}

function machines(design: Design, instance: InstanceDesign, sources: Sources): Prose[] {
  const { database, server, backupServer, consoles } = instance;
  const size = quantity(database.bytes, 'B', sources.decision('database.size', instance.name));
  const operations = quantity(
    database.operationsPerSecond,
    'operations/s',
    sources.decision('database.writes', instance.name),
  );
  const places = consoles.map(
    ({ location, count }) =>
      prose`${quantity(count, '', sources.decision('consoles', instance.name))} at ${name(location)}`,
  );
  return [
    prose`Server at ${name(server.location)}: ${formFactor(instance, sources)}; ${words(backupServer.isNeeded ? 'a second one stands by' : 'no backup server')}.`,
    prose`Database at ${name(database.location)}, ${words(database.placement === 'separate' ? 'on a machine of its own' : 'on the server')}: ${size}, ${operations}; ${words(database.hasStandby ? 'with a warm standby' : 'without a standby')}.`,
    prose`Workspaces: ${names(instance.workspaces)}.`,
    ...(places.length === 0 ? [] : [prose`Consoles: ${joinProse(places, ', ')}.`]),
    ...design.repositories
      .filter(({ instances }) => instances.includes(instance.name))
      .map(
        ({ name: repository, location, images }) =>
          prose`Repository ${name(repository)} at ${name(location)}: ${names(images)}.`,
      ),
  ];
}

function describe(design: Design, instance: InstanceDesign, sources: Sources): Prose[] {
  const links = new Map(design.plan.locations.map((location) => [location.name, location.uplink]));
  return instance.population.map(({ location, users }) => {
    const clients = quantity(users, 'clients', sources.decision('scope.population', instance.name));
    const uplink = links.get(location);
    if (!uplink) return prose`${name(location)}: ${clients}, without a link.`;
    const rate = quantity(
      uplink.bandwidthMbitPerSecond,
      'Mbit/s',
      sources.own('plan', `uplink of ${location}`),
    );
    return prose`${name(location)}: ${clients}, linked to ${name(uplink.to)} with ${rate}.`;
  });
}
