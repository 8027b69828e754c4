import {
  makeDesign,
  type PlanInput,
  parsePlan,
  type RolloutResult,
  rolloutScenario,
  simulateRollout,
} from '@carrel/planner';

/** An office of the rollout: computers behind a line. */
export interface Office {
  readonly name: string;
  readonly computers: number;
  readonly lineMbitPerSecond: number;
}

export const workspaceName = 'Desk';
/** Three offices below one line that is too narrow for all of them. */
export const hubMbitPerSecond = 8;
export const offices: readonly Office[] = [
  { name: 'Bergen', computers: 10, lineMbitPerSecond: 2 },
  { name: 'Cadiz', computers: 10, lineMbitPerSecond: 2.5 },
  { name: 'Delft', computers: 10, lineMbitPerSecond: 5 },
];
export const staggerSeconds = 60;

/**
 * The plan of the network that is measured.
 *
 * @param packedBytes what the packed image takes
 */
export function planOf(packedBytes: number): PlanInput {
  const gigabytes = packedBytes / 1e9;
  const uplink = (to: string, bandwidthMbitPerSecond: number) => ({
    to,
    bandwidthMbitPerSecond,
    latencyMs: 1,
    otherTrafficShare: 0,
  });
  return {
    name: 'Thirty computers',
    locations: [
      { name: 'Centre', users: 0 },
      { name: 'Hub', users: 0, uplink: uplink('Centre', hubMbitPerSecond), mayHostRepository: false },
      ...offices.map(({ name, computers, lineMbitPerSecond }) => ({
        name,
        users: computers,
        uplink: uplink('Hub', lineMbitPerSecond),
        mayHostRepository: false,
      })),
    ],
    images: [{ name: 'Disk', sizeGb: gigabytes, dataGb: gigabytes, packedGb: gigabytes, origin: 'measured' }],
    workspaces: [
      {
        name: workspaceName,
        image: 'Disk',
        distribution: 'network',
        population: offices.map(({ name, computers }) => ({ location: name, users: computers })),
      },
    ],
    placement: { server: 'Centre' },
    delivery: {
      workingHoursShare: 1,
      offHoursShare: 1,
      staggerHours: staggerSeconds / 3600,
      retryShare: 0,
    },
  };
}

/** What the simulator says of the plan. */
export async function simulate(packedBytes: number): Promise<RolloutResult> {
  const { plan, findings } = parsePlan(planOf(packedBytes));
  if (!plan) throw new Error(JSON.stringify(findings));
  return await simulateRollout(rolloutScenario(makeDesign(plan), { kind: 'initial' }), { seed: 1, runs: 40 });
}
