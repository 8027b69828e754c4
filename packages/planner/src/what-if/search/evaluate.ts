import { type Design, makeDesign } from '../../decisions/index.ts';
import type { Plan } from '../../plan-file/index.ts';
import { editPlan } from '../edit-plan.ts';
import type { PlanEdit } from '../plan-path.ts';
import type { Lever } from './levers.ts';

/** Which option of each lever is taken. */
export type Setting = readonly number[];

/** A design with what a search compares it by. */
export interface Candidate {
  readonly setting: Setting;
  readonly design: Design;
  readonly total: number;
  /** How far service levels are missed, as parts of them, added up; 0 when all are met. */
  readonly missed: number;
}

/** Makes designs for settings of levers, each once. */
export class Evaluator {
  readonly #plan: Plan;
  readonly #levers: readonly Lever[];
  readonly #known = new Map<string, Candidate>();

  constructor(plan: Plan, levers: readonly Lever[]) {
    this.#plan = plan;
    this.#levers = levers;
  }

  /** Designs made. */
  get made(): number {
    return this.#known.size;
  }

  /** All of them. */
  candidates(): readonly Candidate[] {
    return [...this.#known.values()];
  }

  /** @throws {PLAN_INVALID} when the plan has errors */
  at(setting: Setting): Candidate {
    const key = setting.join();
    const known = this.#known.get(key);
    if (known) return known;
    const design = designOf(this.#plan, editsOf(this.#levers, setting));
    const candidate = { setting, design, total: design.cost.total, missed: missedOf(design) };
    this.#known.set(key, candidate);
    return candidate;
  }
}

/** What a setting changes in the plan. */
export function editsOf(levers: readonly Lever[], setting: Setting): PlanEdit[] {
  return levers.flatMap(({ options }, at) => options[setting[at] ?? 0]?.edits ?? []);
}

/** @throws {PLAN_INVALID} when the plan has errors */
function designOf(plan: Plan, edits: readonly PlanEdit[]): Design {
  const edited = editPlan(plan, edits);
  // Levers are made from the plan's own rows and hold values that their fields take.
  if (!edited.plan) throw new Error(`a lever does not fit the plan: ${edited.findings[0]?.message ?? ''}`);
  return makeDesign(edited.plan, { allowsUnreachable: true });
}

/** Part of its service level by which a time may not be met for ever. */
const endless = 1e6;

function missedOf({ distribution, plan }: Design): number {
  const levels = new Map(plan.workspaces.map(({ name, serviceLevels }) => [name, serviceLevels]));
  let missed = 0;
  for (const { workspace, meets, initialLoadSeconds, updateSeconds } of distribution) {
    const level = levels.get(workspace);
    if (!level) continue;
    if (!meets.initialLoad) missed += excess(initialLoadSeconds, level.initialLoadHours);
    if (!meets.update) missed += excess(updateSeconds, level.updateHours);
  }
  return missed;
}

function excess(seconds: number, hours: number): number {
  // Never 0: what is missed by a hair is missed.
  return Math.max(1e-9, Math.min(endless, seconds / (hours * 3600) - 1));
}

/** Whether one is to be preferred: met before missed, cheaper before dearer, fewer changes before more. */
export function isBetter(one: Candidate, other: Candidate): boolean {
  if (one.missed !== other.missed) return one.missed < other.missed;
  if (Math.abs(one.total - other.total) > 1e-6) return one.total < other.total;
  const [changes, otherChanges] = [changesOf(one), changesOf(other)];
  if (changes !== otherChanges) return changes < otherChanges;
  return one.setting.join() < other.setting.join();
}

function changesOf({ setting }: Candidate): number {
  return setting.filter((option) => option !== 0).length;
}
