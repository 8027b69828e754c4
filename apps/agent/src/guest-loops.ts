import { NetworkLoop, type NetworkLoopParts } from './guest-network/network-loop.ts';
import { TimeLoop, type TimeLoopParts } from './guest-time/time-loop.ts';
import type { Loop } from './run-loops.ts';

/** What is looked after while guests run. */
export function createGuestLoops(parts: NetworkLoopParts & TimeLoopParts): Loop[] {
  return [new NetworkLoop(parts), new TimeLoop(parts)];
}
