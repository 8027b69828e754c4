import {
  type Design,
  type RolloutOptions,
  type RolloutResult,
  rolloutScenario,
  simulateRollout,
} from '@carrel/planner';

/** A rollout to be simulated. */
export interface RolloutRequest {
  readonly design: Design;
  readonly rollout: RolloutOptions;
  readonly seed: number;
  readonly runs: number;
}

/** Simulates a rollout of a design, and tells how far it has come. */
export function simulate(
  { design, rollout, seed, runs }: RolloutRequest,
  tell: (share: number) => void,
): Promise<RolloutResult> {
  return simulateRollout(rolloutScenario(design, rollout), {
    seed,
    runs,
    onProgress: (progress) => tell((progress.run - 1 + progress.readyShare) / progress.runs),
  });
}
