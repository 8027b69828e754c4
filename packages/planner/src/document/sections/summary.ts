import type { Design } from '../../decisions/index.ts';
import { paragraph, section, table } from '../model/blocks.ts';
import type { Block, Prose, Section } from '../model/plan-document.ts';
import { name, names, prose, quantity, statement, words } from '../model/prose.ts';
import type { Sources } from '../model/sources.ts';

/** What the design is, on a page. */
export function summarySection(design: Design, sources: Sources): Section {
  const { plan, profile } = design;
  return section('summary', 'Summary', [
    ...(plan.description === '' ? [] : [paragraph([name(plan.description)])]),
    paragraph(extent(design, sources)),
    paragraph(levels(design, sources)),
    paragraph(
      prose`Made for ${name(profile.title)}. Sizes are in GB of a thousand million bytes, rates in Mbit/s of a million bits a second. Every number can be followed to its rule: on a screen by pointing at it, on paper through the tables of the decisions and the list of rules at the end.`,
    ),
    instanceTable(design, sources),
  ]);
}

function extent({ locations, instances, repositories, plan, cost }: Design, sources: Sources): Prose {
  const count = (value: number, what: string): Prose => [
    quantity(value, what, sources.own('document.count', what)),
  ];
  const clients = instances.reduce((sum, instance) => sum + instance.clients, 0);
  const total = sources.own('document.cost', 'total', [`months = ${plan.costs.months}`]);
  const { years } = plan.growth;
  const grown =
    years === 0
      ? []
      : prose` after ${quantity(years, 'years', sources.own('plan', 'years of growth'))} of growth, travellers at each place they visit,`;
  return prose`${quantity(clients, 'clients', sources.decision('scope.population', ''))}${grown} at ${count(locations.length, 'locations')} work in ${count(plan.workspaces.length, 'workspaces')} on ${count(plan.images.length, 'images')}. They need ${quantity(instances.length, 'instances', sources.decision('instances.count', ''))} and ${quantity(repositories.length, 'repositories', sources.decision('repositories.count', ''))}. Over ${quantity(plan.costs.months, 'months', sources.own('plan', 'months of comparison'))} that comes to ${quantity(cost.total, cost.currency, total)}.`;
}

function levels({ distribution }: Design, sources: Sources): Prose {
  const source = sources.own('document.count', 'service levels met');
  const missed = distribution.filter(({ meets }) => !meets.initialLoad || !meets.update);
  const all = quantity(distribution.length, '', source);
  if (missed.length === 0) {
    return prose`The times to load the first version and updates are met for all ${all} pairs of location and workspace.`;
  }
  return prose`Of ${all} pairs of location and workspace, ${quantity(missed.length, '', source)} miss a service level: ${names([...new Set(missed.map(({ location }) => location))])}.`;
}

function instanceTable({ instances }: Design, sources: Sources): Block {
  return table(
    'Instances',
    ['Instance', 'Why it is one', '#Clients', 'Server at', 'Repositories'],
    instances.map((instance) => [
      [name(instance.name)],
      [statement(instance.because, sources.decision('instances.reason', instance.name))],
      [quantity(instance.clients, '', sources.decision('scope.population', instance.name))],
      [name(instance.server.location)],
      instance.repositories.length === 0 ? words('none') : names(instance.repositories),
    ]),
  );
}
