import type { GuestLimits } from '../hosts/index.ts';
import type { Load } from '../load.ts';
import type { PhysicalServer } from '../physical-server.ts';
import { type ApplicationRule, isForbidden } from './application-rules.ts';
import { hardwareReasons } from './hardware-step.ts';
import { averageLoad, performanceReasons } from './performance-step.ts';

/** Whether a server becomes a guest: the first step that it fails excludes it, with all reasons of that step. */
export type Candidacy =
  | { readonly server: string; readonly outcome: 'candidate'; readonly remarks: readonly string[] }
  | {
      readonly server: string;
      readonly outcome: 'excluded';
      readonly step: 'hardware' | 'performance' | 'application';
      readonly reasons: readonly string[];
    };

export interface CandidacyRules {
  readonly limits: GuestLimits;
  /** What one guest may use on average. */
  readonly threshold: Load;
  readonly applications: readonly ApplicationRule[];
}

/** Assesses a server: hardware, then performance, then applications (L2820). */
export function assessCandidacy(server: PhysicalServer, rules: CandidacyRules): Candidacy {
  const steps = [
    ['hardware', () => hardwareReasons(server, rules.limits)],
    ['performance', () => performanceReasons(averageLoad(server, server.averages), rules.threshold)],
    ['application', () => applicationReasons(server, rules.applications)],
  ] as const;
  for (const [step, reasonsOf] of steps) {
    const reasons = reasonsOf();
    if (reasons.length > 0) return { server: server.name, outcome: 'excluded', step, reasons };
  }
  return { server: server.name, outcome: 'candidate', remarks: remarksOn(server, rules.limits) };
}

function applicationReasons(server: PhysicalServer, rules: readonly ApplicationRule[]): string[] {
  return server.applications.flatMap((application) => {
    const title = `${application.name} ${application.version}`.trim();
    if (application.isSupported === false) return [`the vendor of ${title} does not support it in a guest`];
    if (application.isSupported === true) return [];
    const rule = rules.find((each) => isForbidden(each, application));
    return rule === undefined ? [] : [`${title}: ${rule.reason}`];
  });
}

function remarksOn(server: PhysicalServer, limits: GuestLimits): string[] {
  return [
    server.hasDynamicDisks && 'its dynamic disks have to be converted first (L1927)',
    server.adapters > limits.adapters &&
      'some of its adapters become emulated ones, and teams of adapters end (L1931)',
    server.cores > limits.virtualProcessors &&
      `its ${server.cores} cores become ${limits.virtualProcessors} virtual processors`,
  ].filter((remark) => remark !== false);
}
