import { type Finding, warning } from '../plan-file/index.ts';
import type { DistributionChoice, InstanceDesign } from './design.ts';
import { combinableImages, people, show, showTime } from './explain/index.ts';
import type { Survey } from './survey.ts';

/** What whoever answers for a design should know of it. */
export function designFindings(
  survey: Survey,
  instances: readonly InstanceDesign[],
  distribution: readonly DistributionChoice[],
): Finding[] {
  return [
    ...missedLevels(survey, distribution),
    ...unsureLevels(survey, distribution),
    ...unusedRepositories(survey),
    ...repositoriesOutsideLaw(survey),
    ...shortOffline(survey),
    ...beyondMeasured(survey, instances),
    ...combinableImages(survey).map((images) =>
      warning(
        'PLAN_IMAGES_ALIKE',
        `images[${survey.plan.images.findIndex(({ name }) => name === images[0]?.name)}]`,
        `${images.map(({ name }) => name).join(' and ')} could be one image.`,
        'Ask the business whether their applications go together.',
      ),
    ),
    ...[...survey.serverPlaces.values()]
      .filter(({ because }) => because === 'no-host')
      .map(({ node }) =>
        warning(
          'PLAN_SERVER_PLACE',
          `locations[${survey.plan.locations.findIndex(({ name }) => name === node.location.name)}].mayHostRepository`,
          `A server stands in ${node.location.name} for want of a location that may hold one.`,
          'Set mayHostRepository where one may stand.',
        ),
      ),
  ];
}

const levelKinds = [
  { field: 'initialLoadHours', what: 'The first version', isMet: 'initialLoad', time: 'initialLoadSeconds' },
  { field: 'updateHours', what: 'An update', isMet: 'update', time: 'updateSeconds' },
] as const;

function missedLevels(survey: Survey, distribution: readonly DistributionChoice[]): Finding[] {
  return levelKinds.flatMap(({ field, what, isMet, time }) => {
    const missed = Map.groupBy(
      distribution.filter(({ meets }) => !meets[isMet]),
      ({ workspace }) => workspace,
    );
    return [...missed].map(([workspace, choices]) => {
      const worst = choices.reduce((left, right) => (right[time] > left[time] ? right : left));
      const at = survey.plan.workspaces.findIndex(({ name }) => name === workspace);
      const hours = survey.plan.workspaces[at]?.serviceLevels[field] ?? 0;
      const others = choices.length > 1 ? ` and at ${choices.length - 1} more locations` : '';
      return warning(
        'PLAN_SERVICE_LEVEL_MISSED',
        `workspaces[${at}].serviceLevels.${field}`,
        `${what} of ${workspace} takes ${showTime(worst[time])} in ${worst.location}${others}; ${show(hours)} h are acceptable.`,
        `Widen the links to ${worst.location}, let a repository stand there, or spread the start.`,
      );
    });
  });
}

/** Met by every line alone, and perhaps missed where one after the other is full. */
function unsureLevels({ plan }: Survey, distribution: readonly DistributionChoice[]): Finding[] {
  return plan.workspaces.flatMap(({ name, serviceLevels }, at) =>
    levelKinds.flatMap(({ field, what, isMet, time }): Finding[] => {
      const limitHours = serviceLevels[field];
      const unsure = distribution
        .filter(
          ({ workspace, meets, atMost }) =>
            workspace === name && meets[isMet] && atMost[time] > limitHours * 3600,
        )
        .sort((left, right) => right.atMost[time] - left.atMost[time]);
      const [worst] = unsure;
      if (!worst) return [];
      const others = unsure.length > 1 ? ` and at ${unsure.length - 1} more locations` : '';
      return [
        warning(
          'PLAN_SERVICE_LEVEL_UNSURE',
          `workspaces[${at}].serviceLevels.${field}`,
          `${what} of ${name} could take ${showTime(worst.atMost[time])} in ${worst.location}${others} if lines are full in turn; by itself none takes more than the ${show(limitHours)} h that are acceptable.`,
          'Simulate the rollout, which says how long it takes.',
        ),
      ];
    }),
  );
}

function unusedRepositories({ plan, network, repositories }: Survey): Finding[] {
  const used = new Set(repositories.map(({ node }) => node.location.name));
  return plan.locations.flatMap(({ name, hasRepository }, at): Finding[] => {
    if (!hasRepository || used.has(name)) return [];
    const root = network.nodes[network.nodes[network.indexOf.get(name) ?? -1]?.root ?? -1]?.location;
    const reach = root?.isIsolated ? `, and the network of ${root.name} is cut off from the others` : '';
    return [
      warning(
        'PLAN_REPOSITORY_UNUSED',
        `locations[${at}].hasRepository`,
        `Nobody loads from the repository in ${name}: whoever is there or behind its link has a nearer one or no workspace${reach}.`,
        'Take hasRepository away, or correct the uplinks and populations.',
      ),
    ];
  });
}

/** A law keeps servers within its locations; who is bound by it should not load from elsewhere either. */
function repositoriesOutsideLaw({ plan, repositories }: Survey): Finding[] {
  return repositories.flatMap(({ node, realm, name }) => {
    const separations = realm.groups[0]?.separations ?? [];
    const { name: place, hasRepository } = node.location;
    const at = plan.locations.findIndex((location) => location.name === place);
    return separations
      .filter(({ kind, locations }) => kind === 'law' && locations.length > 0 && !locations.includes(place))
      .map((law) =>
        warning(
          'PLAN_REPOSITORY_OUTSIDE_LAW',
          `locations[${at}].${hasRepository ? 'hasRepository' : 'mayHostRepository'}`,
          `The repository ${name} holds images of ${law.name}, which law keeps in ${law.locations.join(', ')}.`,
          `Let a repository stand where its people are, or name ${place} in the separation.`,
        ),
      );
  });
}

function shortOffline({ plan }: Survey): Finding[] {
  return plan.workspaces.flatMap(({ name, offlineLimitHours, population }, at): Finding[] => {
    if (offlineLimitHours === null || offlineLimitHours >= plan.recovery.serverHours) return [];
    const users = population.reduce((sum, entry) => sum + entry.users, 0);
    return [
      warning(
        'PLAN_OFFLINE_TOO_SHORT',
        `workspaces[${at}].offlineLimitHours`,
        `${people(users)} in ${name} stop ${offlineLimitHours === 0 ? 'at once' : `after ${show(offlineLimitHours)} h`} when the server fails, which is back after ${show(plan.recovery.serverHours)} h.`,
        'Allow more hours offline, or keep a backup server at hand.',
      ),
    ];
  });
}

function beyondMeasured({ profile }: Survey, instances: readonly InstanceDesign[]): Finding[] {
  const { clientsMeasured } = profile.limits;
  const largest = instances.reduce((most, { clients }) => Math.max(most, clients), 0);
  if (largest <= clientsMeasured) return [];
  return [
    warning(
      'PLAN_BEYOND_MEASURED',
      'limits.clientsMeasured',
      `An instance carries ${show(largest)} clients; the largest that was measured had ${show(clientsMeasured)}.`,
      'Measure one of that size before, or set limits.clientsPerInstance lower.',
    ),
  ];
}
