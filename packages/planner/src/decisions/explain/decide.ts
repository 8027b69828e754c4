import type { Alternative, Decision, DecisionId, Flip, NumberOrigin, PlanNumber } from '../decision.ts';
import { decisionRules } from '../rules.ts';

export interface DecisionParts {
  readonly subject?: string;
  readonly answer: string;
  readonly numbers: readonly PlanNumber[];
  readonly alternatives?: readonly Alternative[];
  readonly flips?: readonly Flip[];
}

/** A decision with its question and rule from the catalogue. */
export function decide(id: DecisionId, parts: DecisionParts): Decision {
  const { step, question, text, source } = decisionRules[id];
  return {
    id,
    step,
    subject: parts.subject ?? '',
    question,
    answer: parts.answer,
    rule: { id, text, source },
    numbers: parts.numbers,
    alternatives: parts.alternatives ?? [],
    flips: parts.flips ?? [],
  };
}

/** Makers of numbers by their origin. */
export const given = maker('input');
export const assumed = maker('assumed');
export const ofProfile = maker('profile');
export const derived = maker('derived');

function maker(origin: NumberOrigin): (name: string, value: number, unit: string) => PlanNumber {
  return (name, value, unit) => ({ name, value, unit, origin });
}

const wholeNumber = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A number for people: whole from 100 on, three figures below. */
export function show(value: number): string {
  if (!Number.isFinite(value)) return 'endless';
  if (Math.abs(value) >= 100) return wholeNumber.format(value);
  return Number(value.toPrecision(3)).toString();
}

/** Hours of a number of seconds, or seconds below a minute. */
export function showTime(timeSeconds: number): string {
  if (!Number.isFinite(timeSeconds)) return 'never';
  if (timeSeconds < 60) return `${show(timeSeconds)} s`;
  if (timeSeconds < 3600) return `${show(timeSeconds / 60)} min`;
  return `${show(timeSeconds / 3600)} h`;
}

export function people(count: number): string {
  return `${wholeNumber.format(count)} ${count === 1 ? 'person' : 'people'}`;
}
