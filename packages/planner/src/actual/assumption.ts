import type { PlanEdit } from '../what-if/index.ts';

/** Measured values this far from the planned ones, as a part of them, count as the same. */
export const toleranceShare = 0.15;

/** One number of a plan against what was measured of it. */
export interface AssumptionCheck {
  /** What it is about, in words: `Users at Berlin`. */
  readonly name: string;
  readonly unit: string;
  readonly planned: number;
  readonly measured: number;
  /** What the measured value rests on, such as `12 updates`. */
  readonly basis: string;
  readonly verdict: 'agrees' | 'higher' | 'lower';
  /** The edit that brings the plan into line; `undefined` where it agrees, or where the deviation has another reason. */
  readonly edit: PlanEdit | undefined;
  /** Why no edit is proposed although the values differ; empty otherwise. */
  readonly note: string;
}

export interface Measured {
  readonly name: string;
  readonly unit: string;
  readonly planned: number;
  readonly measured: number;
  readonly basis: string;
  readonly path: PlanEdit['path'];
  /** Why a value below the plan says nothing against the plan. */
  readonly whenLower?: string;
}

/** Judges a measured value, and says what the plan should hold instead. */
export function checkAssumption({ path, whenLower, ...values }: Measured): AssumptionCheck {
  const verdict = judge(values.planned, values.measured);
  const note = verdict === 'lower' && whenLower !== undefined ? whenLower : '';
  const isOff = verdict !== 'agrees' && note === '';
  return { ...values, verdict, note, edit: isOff ? { path, value: values.measured } : undefined };
}

function judge(planned: number, measured: number): AssumptionCheck['verdict'] {
  if (Math.abs(measured - planned) <= toleranceShare * Math.abs(planned)) return 'agrees';
  return measured > planned ? 'higher' : 'lower';
}

/** How far off, by the factor between the two: 2 for twice as much as for half. */
export function deviation({ planned, measured }: AssumptionCheck): number {
  if (planned === measured) return 1;
  const [less, more] = [Math.min(planned, measured), Math.max(planned, measured)];
  return less > 0 ? more / less : Number.POSITIVE_INFINITY;
}

/** `locations[NAME].users` and the like. */
export function rowPath(list: string, row: string, ...fields: readonly string[]): PlanEdit['path'] {
  return [
    { kind: 'field', name: list },
    { kind: 'row', name: row },
    ...fields.map((name) => ({ kind: 'field' as const, name })),
  ];
}
