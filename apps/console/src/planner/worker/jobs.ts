import {
  type Design,
  type EventYearOptions,
  type Outage,
  readSheets,
  type SheetFormat,
  simulateEventYear,
  simulateOutage,
} from '@carrel/planner';
import { type ComparisonRequest, compareWithPlans } from './compare-with-plans.ts';
import { type ConsolidationRequest, consolidate } from './consolidate.ts';
import { type ActualRequest, holdAgainst } from './hold-against.ts';
import { judgePlan } from './judge-plan.ts';
import { type RolloutRequest, simulate } from './simulate.ts';
import { type CheapestRequest, findCheapest, type Trial, tryPlan } from './try-plan.ts';
import { type OutputRequest, writeOutput } from './write-output.ts';

/** What a job tells while it runs: the part that is done, 0 to 1. */
export type TellProgress = (share: number) => void;

/** Everything that is computed away from the page. Input and result are plain data. */
export const jobs = {
  judge: (draft: unknown) => judgePlan(draft),
  readTables: ({ bytes, format }: { readonly bytes: Uint8Array; readonly format: SheetFormat }) =>
    readSheets(bytes, format),
  simulate: (request: RolloutRequest, tell: TellProgress) => simulate(request, tell),
  simulateOutage: ({ design, outage }: { readonly design: Design; readonly outage: Outage }) =>
    simulateOutage(design, outage),
  simulateYear: ({ design, options }: { readonly design: Design; readonly options: EventYearOptions }) =>
    simulateEventYear(design, options),
  tryPlan: (trial: Trial) => tryPlan(trial),
  compareWithPlans: (request: ComparisonRequest) => compareWithPlans(request),
  findCheapest: (request: CheapestRequest) => findCheapest(request),
  holdAgainst: (request: ActualRequest) => holdAgainst(request),
  consolidate: (request: ConsolidationRequest) => consolidate(request),
  writeOutput: (request: OutputRequest) => writeOutput(request),
} as const satisfies Record<string, (input: never, tell: TellProgress) => unknown>;

export type Jobs = typeof jobs;
export type JobName = keyof Jobs;
export type JobInput<Name extends JobName> = Parameters<Jobs[Name]>[0];
export type JobResult<Name extends JobName> = Awaited<ReturnType<Jobs[Name]>>;
