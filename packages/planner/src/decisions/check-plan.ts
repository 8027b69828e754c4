import { checkParts, error, type Finding, type Plan } from '../plan-file/index.ts';
import { bytes, rateOfMbit, transferSeconds } from '../quantities/index.ts';
import { assembleDistribution } from './assemble.ts';
import { type Demand, mediaSeconds, siteKey } from './delivery/index.ts';
import type { DistributionChoice } from './design.ts';
import { showTime } from './explain/index.ts';
import { type NetworkNode, scheduleOf, secondsToCarry } from './network/index.ts';
import { type Survey, surveyPlan } from './survey.ts';

/**
 * Everything that is wrong with a plan, and what should be known about it, at once: names, network, people, images, and
 * service levels that no design can meet. A plan without errors has a design.
 */
export function checkPlan(plan: Plan): Finding[] {
  const findings = checkParts(plan);
  if (findings.some(({ severity }) => severity === 'error')) return findings;
  const survey = surveyPlan(plan);
  return [...findings, ...unreachableLevels(survey, assembleDistribution(survey))];
}

interface Miss {
  readonly location: string;
  readonly seconds: number;
  count: number;
}

/**
 * Service levels that the design misses, and so does a repository as near as one may stand, with the line for itself.
 *
 * @param distribution of the design, in the order of demands
 */
export function unreachableLevels(survey: Survey, distribution: readonly DistributionChoice[]): Finding[] {
  const misses = { initial: new Map<number, Miss>(), update: new Map<number, Miss>() };
  for (const [at, demand] of survey.demands.entries()) {
    const meets = distribution[at]?.meets;
    const payload = survey.payloads[demand.workspace];
    const location = survey.network.nodes[demand.node]?.location;
    if (!payload || !location) continue;
    for (const kind of ['initial', 'update'] as const) {
      if (kind === 'initial' ? meets?.initialLoad : meets?.update) continue;
      const seconds = bestSeconds(survey, demand, kind);
      const limit = kind === 'initial' ? payload.initialLimit : payload.updateLimit;
      if (seconds <= limit) continue;
      const known = misses[kind].get(demand.workspace);
      const count = (known?.count ?? 0) + 1;
      const isWorst = !known || seconds > known.seconds;
      misses[kind].set(
        demand.workspace,
        isWorst ? { location: location.name, seconds, count } : { ...known, count },
      );
    }
  }
  return (['initial', 'update'] as const).flatMap((kind) =>
    [...misses[kind]].map(([workspace, miss]) => findingOf(survey, kind, workspace, miss)),
  );
}

function findingOf(survey: Survey, kind: 'initial' | 'update', workspace: number, miss: Miss): Finding {
  const { name, serviceLevels } = survey.population.workspaces[workspace] ?? {
    name: '',
    serviceLevels: undefined,
  };
  const at = survey.plan.workspaces.findIndex((candidate) => candidate.name === name);
  const field = kind === 'initial' ? 'initialLoadHours' : 'updateHours';
  const others = miss.count > 1 ? `, and ${miss.count - 1} more locations` : '';
  return error(
    'PLAN_SERVICE_LEVEL_UNREACHABLE',
    `workspaces[${at}].serviceLevels.${field}`,
    `No design brings ${kind === 'initial' ? 'the first version' : 'an update'} of ${name} to ${miss.location}${others} within ${serviceLevels?.[field] ?? 0} h: the best takes ${showTime(miss.seconds)}.`,
    kind === 'initial'
      ? `Allow more hours, make the image smaller, widen the link of ${miss.location}, or lay down another distribution.`
      : `Allow more hours, make updates smaller, widen the link of ${miss.location}, or allow a repository there.`,
  );
}

function bestSeconds(survey: Survey, demand: Demand, kind: 'initial' | 'update'): number {
  if (kind === 'update' || demand.wanted === 'network') return bestNetworkSeconds(survey, demand, kind);
  const media = mediaSeconds(survey.plan.costs, demand.users);
  switch (demand.wanted) {
    case 'pre-stage':
      return 0;
    case 'removable-media':
      return media;
    case 'decide': {
      const hasShare = survey.network.nodes[demand.node]?.location.hasLibrary ?? false;
      return hasShare ? 0 : Math.min(media, bestNetworkSeconds(survey, demand, kind));
    }
  }
}

function bestNetworkSeconds(survey: Survey, demand: Demand, kind: 'initial' | 'update'): number {
  const { delivery } = survey.plan;
  const payload = survey.payloads[demand.workspace];
  const here = survey.network.nodes[demand.node];
  if (!payload || !here) return 0;
  const size = kind === 'initial' ? payload.initialBytes : payload.updateBytes;
  const rate = Math.min(
    delivery.maxRateMbitPerSecond ?? Number.POSITIVE_INFINITY,
    here.location.lanMbitPerSecond,
  );
  const own = transferSeconds(size, rateOfMbit(rate));
  let longest = delivery.staggerHours * 3600 + own;
  for (let node: NetworkNode | undefined = here; node; node = survey.network.nodes[node.parent]) {
    const isSite = survey.placement.sites.has(siteKey(node.index, demand.realm));
    if (isSite || node.location.mayHostRepository) break;
    const schedule = scheduleOf(node.location, delivery);
    if (!schedule) break;
    longest = Math.max(longest, secondsToCarry(bytes(demand.lineCopies * size), schedule));
  }
  return longest;
}
