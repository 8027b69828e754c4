import type { Costs } from '../../plan-file/index.ts';
import type { NetworkNode } from '../network/index.ts';

/** Bringing an image to one computer on a medium. */
export function mediaCostOfComputer(costs: Costs): number {
  return (
    costs.mediumOneOff / costs.computersPerMedium + (costs.mediumMinutesPerComputer / 60) * costs.workHour
  );
}

/**
 * A repository over the months compared; nothing where a library stands already. One that stands already is operated
 * like a new one.
 */
export function repositoryCost(node: NetworkNode, costs: Costs): number {
  return node.location.hasLibrary ? 0 : costs.repositoryMonthly * costs.months;
}

/** Seconds until the last computer that shares a medium has its image. */
export function mediaSeconds(costs: Costs, computers: number): number {
  return Math.min(computers, costs.computersPerMedium) * costs.mediumMinutesPerComputer * 60;
}
