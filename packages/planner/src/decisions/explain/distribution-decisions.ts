import { gbOfBytes, hoursOfSeconds } from '../../quantities/index.ts';
import type { Alternative, Decision, Flip, PlanNumber } from '../decision.ts';
import type { LinkPressure } from '../delivery/index.ts';
import type { DistributionChoice } from '../design.ts';
import type { Survey } from '../survey.ts';
import { assumed, decide, derived, given, ofProfile, show, showTime } from './decide.ts';

/** What a product is not known to have is not told. */
function headers({ profile }: Survey): PlanNumber[] {
  const { headerShare } = profile.limits;
  return headerShare === 0 ? [] : [ofProfile('headers of protocols, as a part of these', headerShare, '')];
}

/** Step 4.1: how the people of each workspace at each location get their image. */
export function distributionDecisions(survey: Survey, choices: readonly DistributionChoice[]): Decision[] {
  const images = new Map(survey.plan.images.map((image) => [image.name, image]));
  const imageOf = new Map(survey.plan.workspaces.map(({ name, image }) => [name, images.get(image)]));
  return choices.map((choice, at) => {
    const route = survey.routes.initial[at];
    const link = survey.network.nodes[route?.bottleneck ?? -1]?.location;
    const payload = survey.payloads[survey.demands[at]?.workspace ?? -1];
    const isMeasured = imageOf.get(choice.workspace)?.origin === 'measured';
    const size = isMeasured ? given : assumed;
    const wanted = survey.demands[at]?.wanted ?? 'decide';
    const pressure = survey.techniques[at]?.pressure;
    const limitHours = hoursOfSeconds(payload?.initialLimit ?? 0);
    const numbers: PlanNumber[] = [
      derived('users with visitors', choice.users, 'users'),
      size('first load of a computer', choice.initialBytes, 'B'),
      size('update of a computer', choice.updateBytes, 'B'),
      ...headers(survey),
      derived('until all have it', choice.initialLoadSeconds, 's'),
      derived('until all have it, at most', choice.atMost.initialLoadSeconds, 's'),
      given('acceptable initial load', limitHours, 'h'),
      derived('until all have an update', choice.updateSeconds, 's'),
      derived('until all have an update, at most', choice.atMost.updateSeconds, 's'),
      given('acceptable update', hoursOfSeconds(payload?.updateLimit ?? 0), 'h'),
    ];
    if (link?.uplink) {
      numbers.push(given(`bandwidth of ${link.name}`, link.uplink.bandwidthMbitPerSecond, 'Mbit/s'));
    }
    if (pressure) numbers.push(derived('over the network it would take', pressure.seconds, 's'));
    return decide('distribution.technique', {
      subject: `${choice.location} / ${choice.workspace}`,
      answer: answerOf(choice),
      numbers,
      alternatives: alternativesOf(choice, wanted, pressure, limitHours),
      flips: flipsOf(choice, pressure, link, limitHours),
    });
  });
}

function answerOf(choice: DistributionChoice): string {
  const from = choice.repository === undefined ? 'no repository in reach' : choice.repository;
  const later = `Updates from ${from}: ${showTime(choice.updateSeconds)}.`;
  switch (choice.technique) {
    case 'network':
      return `Over the network from ${from}: all have it after ${showTime(choice.initialLoadSeconds)}. ${later}`;
    case 'pre-stage':
      return `Staged before by software distribution, then there at once. ${later}`;
    case 'removable-media':
      return `On removable media, copied to each computer: ${showTime(choice.initialLoadSeconds)} a medium. ${later}`;
  }
}

function alternativesOf(
  choice: DistributionChoice,
  wanted: DistributionChoice['technique'] | 'decide',
  pressure: LinkPressure | undefined,
  limitHours: number,
): Alternative[] {
  if (wanted !== 'decide') return [{ answer: 'Another technique.', why: 'The plan lays this one down.' }];
  if (choice.technique === 'network') {
    return [
      { answer: 'Pre-stage.', why: 'One more process, and updates come over the network all the same.' },
      { answer: 'Removable media.', why: 'Somebody has to make, send and carry them.' },
    ];
  }
  const tooSlow = `It would take ${showTime(pressure?.seconds ?? Number.POSITIVE_INFINITY)}, and ${show(limitHours)} h are acceptable.`;
  return [
    { answer: 'Over the network as it is.', why: tooSlow },
    {
      answer: 'A local repository.',
      why: 'None may stand there, or it costs more than the first load is worth.',
    },
  ];
}

function flipsOf(
  choice: DistributionChoice,
  pressure: LinkPressure | undefined,
  link: Survey['network']['nodes'][number]['location'] | undefined,
  limitHours: number,
): Flip[] {
  if (pressure) {
    const factor = pressure.seconds / pressure.limitSeconds;
    return [{ when: `the link is about ${show(factor)} times as fast`, then: 'it comes over the network' }];
  }
  if (choice.technique !== 'network' || !link?.uplink) {
    return [
      {
        when: `the image is larger than ${show(gbOfBytes(choice.initialBytes))} GB by far`,
        then: 'times are counted anew',
      },
    ];
  }
  const slack = hoursOfSeconds(choice.initialLoadSeconds) / limitHours;
  return [
    {
      when: `${link.name} gets less than about ${show(link.uplink.bandwidthMbitPerSecond * slack)} Mbit/s, or about ${show(choice.users / slack)} people load there`,
      then: 'it needs a repository, media or software distribution',
    },
  ];
}
