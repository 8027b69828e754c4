import { type Design, makeDesign } from '../../decisions/index.ts';
import { type PlanInput, parsePlan } from '../../plan-file/index.ts';

/** The design of a plan. @throws when the plan is none */
export function designOf(input: PlanInput): Design {
  const { plan, findings } = parsePlan(input);
  if (!plan) throw new Error(JSON.stringify(findings));
  return makeDesign(plan);
}

export interface SmallDesign {
  readonly users: number;
  readonly offlineLimitHours?: number | null;
  readonly more?: Partial<PlanInput>;
}

/** A centre with the servers and a branch with all users, working Monday to Friday from 8:00 to 18:00 UTC. */
export function smallDesign({ users, offlineLimitHours = 168, more = {} }: SmallDesign): Design {
  const uplink = { to: 'Centre', bandwidthMbitPerSecond: 100, latencyMs: 0, otherTrafficShare: 0 };
  return designOf({
    name: 'small',
    locations: [
      { name: 'Centre', users: 0 },
      { name: 'Branch', users, uplink, mayHostRepository: false },
    ],
    images: [{ name: 'Windows', sizeGb: 40, dataGb: 12, packedGb: 4, bootGb: 0.4 }],
    workspaces: [
      {
        name: 'Desk',
        image: 'Windows',
        offlineLimitHours,
        distribution: 'network',
        population: [{ location: 'Branch', users }],
        serviceLevels: { initialLoadHours: 2000, updateHours: 2000 },
      },
    ],
    placement: { server: 'Centre' },
    delivery: { workingHoursShare: 1, offHoursShare: 1, retryShare: 0 },
    ...more,
  });
}
