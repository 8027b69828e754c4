import { gbOfBytes, hoursOfSeconds, mbitOfRate } from '../../quantities/index.ts';
import type { Decision, PlanNumber } from '../decision.ts';
import { mediaCostOfComputer, type RepositoryLoad, repositoryCost, sizesOf } from '../delivery/index.ts';
import type { RepositoryDesign } from '../design.ts';
import type { Survey } from '../survey.ts';
import { assumed, decide, derived, given, ofProfile, show, showTime } from './decide.ts';

/** Steps 4.2 to 4.4: repositories, their reasons, disks and web servers. */
export function repositoryDecisions(survey: Survey, designs: readonly RepositoryDesign[]): Decision[] {
  const each = survey.repositories.flatMap((repository, at) => {
    const design = designs[at];
    if (!design) return [];
    return [
      reasonDecision(survey, repository, design),
      diskDecision(survey, repository, design),
      concurrencyDecision(repository, design),
      webServersDecision(repository, design),
    ];
  });
  return [countDecision(survey, designs), ...each];
}

function countDecision({ realms, plan }: Survey, designs: readonly RepositoryDesign[]): Decision {
  const local = designs.filter(({ reason }) => reason === 'link' || reason === 'library').length;
  const existing = designs.filter(({ reason }) => reason === 'existing').length;
  const first = designs.length - local - existing;
  const { costs } = plan;
  const parts = [
    `${first} beside the servers of each network or group set apart`,
    ...(existing === 0 ? [] : [`${existing} that stand already`]),
    ...(local === 0 ? [] : [`${local} more at slow links`]),
  ];
  return decide('repositories.count', {
    answer: `${designs.length}: ${parts.join(', ')}.`,
    numbers: [
      derived('repositories', designs.length, ''),
      derived('networks and groups whose images are apart', realms.length, ''),
      derived('repositories for them', first, ''),
      derived('repositories that stand already', existing, ''),
      derived('links that need a repository', local, ''),
      assumed('a repository', costs.repositoryMonthly, `${costs.currency}/month`),
      assumed('an image on a medium for one computer', mediaCostOfComputer(costs), costs.currency),
    ],
    alternatives: [
      {
        answer: 'One at every location.',
        why: 'Most links serve in time without; each one more has to be kept.',
      },
      {
        answer: 'Only the first of each network.',
        why: 'The links named at each repository would miss a service level.',
      },
    ],
    flips: [
      {
        when: 'service levels are relaxed or links widened as each repository says',
        then: 'it is not needed',
      },
    ],
  });
}

function reasonDecision(
  { network, population, plan }: Survey,
  { site, node }: RepositoryLoad,
  design: RepositoryDesign,
): Decision {
  const { pressure } = site;
  const numbers: PlanNumber[] = [derived('clients', design.concurrentDownloads, 'clients')];
  if (design.reason === 'existing') {
    const cost = repositoryCost(node, plan.costs);
    numbers.push(derived('what it costs over the months compared', cost, plan.costs.currency));
  }
  if (!pressure) {
    return decide('repository.reason', {
      subject: design.name,
      answer: `${design.because} It holds ${design.images.join(', ')}.`,
      numbers,
      flips: [
        design.reason === 'existing'
          ? { when: `hasRepository of ${design.location} is taken away`, then: 'links and servers decide' }
          : { when: 'nobody loads from it any more', then: 'it goes' },
      ],
    });
  }
  const link = network.nodes[pressure.link]?.location;
  const workspace = population.workspaces[pressure.workspace]?.name ?? '';
  const what = pressure.kind === 'initial' ? 'the first load' : 'an update';
  numbers.push(
    given(`bandwidth of ${link?.name ?? ''}`, link?.uplink?.bandwidthMbitPerSecond ?? 0, 'Mbit/s'),
    derived('bytes over the link', pressure.totalBytes, 'B'),
    derived('without it', pressure.seconds, 's'),
    given('acceptable', hoursOfSeconds(pressure.limitSeconds), 'h'),
    derived('what it costs over the months compared', repositoryCost(node, plan.costs), plan.costs.currency),
  );
  const factor = pressure.seconds / pressure.limitSeconds;
  return decide('repository.reason', {
    subject: design.name,
    answer: `${design.because} Without it ${what} of ${workspace} takes ${showTime(pressure.seconds)} instead of ${showTime(pressure.limitSeconds)}. It holds ${design.images.join(', ')}.`,
    numbers,
    alternatives: [
      pressure.kind === 'update'
        ? {
            answer: 'Media or software distribution.',
            why: 'They bring the first version only; updates come over the link.',
          }
        : { answer: 'Media or software distribution.', why: 'Cost more here, or the plan says network.' },
    ],
    flips: [
      {
        when: `the link of ${link?.name ?? ''} is about ${show(factor)} times as fast`,
        then: 'it is not needed',
      },
      {
        when: `${show((pressure.limitSeconds * factor) / 3600)} h are acceptable for ${workspace}`,
        then: 'it is not needed',
      },
    ],
  });
}

function diskDecision(
  { plan, profile }: Survey,
  { images }: RepositoryLoad,
  design: RepositoryDesign,
): Decision {
  const { limits } = profile;
  const parts = plan.images.filter(({ name }) => images.includes(name));
  const sizes = parts
    .map((image) => {
      const maker = image.origin === 'measured' ? given : assumed;
      return maker(`stored size of ${image.name}`, sizesOf(image, limits).storedGb, 'GB');
    })
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  return decide('repository.disk', {
    subject: design.name,
    answer: `${show(gbOfBytes(design.diskBytes))} GB for ${design.images.length === 1 ? '1 image' : `${design.images.length} images`}.`,
    numbers: [
      ...sizes,
      ofProfile('versions kept', limits.versionsKept, ''),
      derived('disk', design.diskBytes, 'B'),
    ],
    flips: [{ when: 'images are combined', then: 'what they have in common is stored once' }],
  });
}

function concurrencyDecision({ demands }: RepositoryLoad, design: RepositoryDesign): Decision {
  return decide('repository.concurrency', {
    subject: design.name,
    answer: `${design.concurrentDownloads.toLocaleString('en')} at the same time.`,
    numbers: [
      derived('locations × workspaces that load from it', demands.length, ''),
      derived('concurrent downloads', design.concurrentDownloads, 'clients'),
    ],
    alternatives: [
      { answer: 'Fewer, in rings.', why: 'Possible; a critical update does not wait for rings.' },
    ],
    flips: [{ when: 'more people travel there', then: 'they are added' }],
  });
}

function webServersDecision({ serverRate }: RepositoryLoad, design: RepositoryDesign): Decision {
  const oneMbit = mbitOfRate(serverRate);
  const beside = design.webServers === 1 ? 'on the machine of the repository' : 'behind one name';
  const byThroughput = Math.max(1, Math.ceil(design.throughputMbitPerSecond / oneMbit));
  const isByTime = design.webServers > byThroughput;
  return decide('repository.web-servers', {
    subject: design.name,
    answer: `${design.webServers}, ${beside} in ${design.location}: ${show(design.throughputMbitPerSecond)} Mbit/s are needed${isByTime ? ', and more so that whoever has least time, loading beside all others, is done' : ''}.`,
    numbers: [
      derived('throughput', design.throughputMbitPerSecond, 'Mbit/s'),
      ofProfile('one web server', oneMbit, 'Mbit/s'),
      derived('web servers for the throughput', byThroughput, ''),
      derived('web servers', design.webServers, ''),
    ],
    alternatives: [
      {
        answer: 'A failover cluster.',
        why: 'Makes it bear a fault; without one new images wait for the repair.',
      },
    ],
    flips: [
      isByTime
        ? { when: 'the shortest service level were longer', then: 'fewer would do' }
        : {
            when: `more than ${show(design.webServers * oneMbit)} Mbit/s are needed`,
            then: 'there is one more',
          },
    ],
  });
}
