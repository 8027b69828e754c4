export {
  constantSchedule,
  type LinkSchedule,
  scheduleOf,
  secondOfDay,
  secondsToCarry,
} from './link-schedule.ts';
export { buildNetwork, byName, compareText, type Network, type NetworkNode, pathToRoot } from './network.ts';
export { treeMedian } from './tree-median.ts';
