import type { Decision, PlanNumber } from '../decision.ts';
import { cutOffByLink } from '../delivery/index.ts';
import type { InstanceDesign, RepositoryDesign } from '../design.ts';
import type { InstanceShare } from '../instances/index.ts';
import { compareText } from '../network/index.ts';
import type { Survey } from '../survey.ts';
import { decide, derived, given, people, show } from './decide.ts';

/** People of a workspace, and how long they go on without contact. */
interface Endurance {
  readonly workspace: string;
  readonly users: number;
  /** `null` without end. */
  readonly limitHours: number | null;
}

/** What stops when something fails, and for how long people go on working. */
export function failureDecisions(
  survey: Survey,
  instances: readonly InstanceDesign[],
  repositories: readonly RepositoryDesign[],
): Decision[] {
  return [
    ...survey.shares.flatMap((share, at) => {
      const instance = instances[at];
      return instance
        ? [serverFailure(survey, share, instance), databaseFailure(survey, share, instance)]
        : [];
    }),
    ...repositories.map((repository) => repositoryFailure(survey, repository)),
    ...linkFailures(survey),
  ];
}

function serverFailure(
  survey: Survey,
  share: InstanceShare,
  { name, backupServer }: InstanceDesign,
): Decision {
  const { plan } = survey;
  const all = enduranceOf(survey, share);
  const { serverHours } = plan.recovery;
  return decide('failure.server', {
    subject: name,
    answer: `${sentenceOf(all, serverHours)} Policy, new starts of whoever may not work offline, and reports wait for ${show(serverHours)} h; events wait on the clients.`,
    numbers: numbersOf(all, given('hours until a server is back', serverHours, 'h')),
    alternatives: [
      backupServer.isNeeded
        ? {
            answer: 'Switch to the passive backup server.',
            why: 'Shortens the outage to the time that takes.',
          }
        : { answer: 'A passive backup server.', why: 'Not needed for the offline limits of the plan.' },
    ],
    flips: [{ when: 'offline limits are at least as long as the recovery', then: 'nobody stops' }],
  });
}

/** People by workspace, visitors elsewhere counted once; of a location that is shared, the part of the instance. */
function enduranceOf({ population }: Survey, { clientsAt, group, workspaces }: InstanceShare): Endurance[] {
  return workspaces.flatMap((at): Endurance[] => {
    const workspace = population.workspaces[at];
    if (!workspace) return [];
    let users = 0;
    for (const [index, clients] of clientsAt) {
      const cell = group.cells.get(index);
      if (!cell?.workspaces.includes(at)) continue;
      users += ((population.residents[index]?.get(at) ?? 0) * clients) / cell.clients;
    }
    return [{ workspace: workspace.name, users: Math.round(users), limitHours: workspace.offlineLimitHours }];
  });
}

function databaseFailure(survey: Survey, share: InstanceShare, { name, database }: InstanceDesign): Decision {
  const { databaseHours } = survey.plan.recovery;
  const all = survey.profile.limits.needsDatabaseForContact ? enduranceOf(survey, share) : [];
  const waiting = database.hasStandby
    ? 'Events wait on the clients until the standby has taken over.'
    : `Events wait on the clients and there are no reports for ${show(databaseHours)} h.`;
  const stopping = database.hasStandby ? '' : ` ${sentenceOf(all, databaseHours)}`;
  return decide('failure.database', {
    subject: name,
    answer: `${waiting}${stopping}`,
    numbers: numbersOf(all, given('hours until the database is back', databaseHours, 'h')),
    flips: [{ when: 'reports may not be away so long', then: 'a standby takes over' }],
  });
}

function repositoryFailure({ plan }: Survey, { name, concurrentDownloads }: RepositoryDesign): Decision {
  const { repositoryHours } = plan.recovery;
  return decide('failure.repository', {
    subject: name,
    answer: `${people(concurrentDownloads)} get no new or updated images for ${show(repositoryHours)} h; who has an image works on.`,
    numbers: [
      given('hours until a repository is back', repositoryHours, 'h'),
      derived('clients', concurrentDownloads, 'clients'),
    ],
    flips: [{ when: 'web servers fail over to each other', then: 'a fault of one of them stops nothing' }],
  });
}

/** A link cuts off whoever is on its other side than their server. */
function linkFailures(survey: Survey): Decision[] {
  const { linkHours } = survey.plan.recovery;
  const serverOf = new Map(
    survey.shares.map(({ name, group }) => [name, survey.serverPlaces.get(group.name)?.node.index]),
  );
  const cutOff = cutOffByLink(survey.network, survey.demands, ({ instance }) => serverOf.get(instance));
  return survey.network.nodes.flatMap(({ index, location }): Decision[] => {
    const users = cutOff[index] ?? new Map<number, number>();
    if (users.size === 0) return [];
    const all = [...users]
      .sort(([left], [right]) => left - right)
      .map(([at, count]): Endurance => {
        const workspace = survey.population.workspaces[at];
        return {
          workspace: workspace?.name ?? '',
          users: count,
          limitHours: workspace?.offlineLimitHours ?? null,
        };
      });
    return [
      decide('failure.link', {
        subject: location.name,
        answer: sentenceOf(all, linkHours),
        numbers: numbersOf(all, given('hours until a link is repaired', linkHours, 'h')),
        flips: [{ when: 'a second way leads there', then: 'one link may fail' }],
      }),
    ];
  });
}

function sentenceOf(all: readonly Endurance[], hours: number): string {
  const stopping = all
    .flatMap(({ workspace, users, limitHours }) =>
      limitHours !== null && limitHours < hours ? [{ workspace, users, limitHours }] : [],
    )
    .sort(
      (left, right) => left.limitHours - right.limitHours || compareText(left.workspace, right.workspace),
    );
  if (stopping.length === 0) return `Nobody stops working within ${show(hours)} h.`;
  const parts = stopping.map(({ workspace, users, limitHours }) => {
    const when = limitHours === 0 ? 'at once' : `after ${show(limitHours)} h`;
    return `${people(users)} in ${workspace} stop ${when}, for ${show(hours - limitHours)} h`;
  });
  return `${parts.join('; ')}.`;
}

function numbersOf(all: readonly Endurance[], recovery: PlanNumber): PlanNumber[] {
  return [
    recovery,
    ...all.flatMap(({ workspace, users, limitHours }) => [
      derived(`users of ${workspace}`, users, 'users'),
      ...(limitHours === null ? [] : [given(`offline limit of ${workspace}`, limitHours, 'h')]),
    ]),
  ];
}
