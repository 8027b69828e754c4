import { fail } from '@carrel/contract/errors';
import { isAppError } from '@carrel/kit';
import { checkPlan, makeDesign, parsePlan } from '@carrel/planner';
import { expect, it } from 'vitest';
import type { Asker } from './asker.ts';
import type { Draft } from './draft.ts';
import { interview } from './interview.ts';

/** Somebody who answers by what is asked; everything else by its default. Leaves before the question given. */
function person(
  answers: readonly (readonly [question: RegExp, ...answers: string[]])[],
  leavesAt?: RegExp,
): Asker {
  const left = answers.map(([question, ...given]) => ({ question, given }));
  return {
    ask: (question) => {
      if (leavesAt?.test(question)) return Promise.reject(fail('CANCELLED', {}));
      const match = left.find((entry) => entry.question.test(question) && entry.given.length > 0);
      return Promise.resolve(match?.given.shift() ?? '');
    },
    note: () => undefined,
  };
}

const answers = [
  [/^Name of the plan/u, 'Offices'],
  [/^Name of a location/u, 'Centre', 'Branch', 'Laboratory', ''],
  [/^People in Centre who are/u, 'lots', '500'],
  [/^People in Branch who are/u, '40'],
  [/^People in Laboratory who are/u, '12'],
  [/^Is Laboratory cut off/u, 'yes'],
  [/^Bandwidth/u, '50'],
  [/^Name of an image/u, 'Desktop', ''],
  [/^Name of a workspace/u, 'Office', ''],
  [/^May they work offline/u, 'n'],
] as const;

it('makes a plan of answers and defaults, and asks again what it did not understand', async () => {
  const draft = await interview(person(answers), {}, () => Promise.resolve());
  const { plan, findings } = parsePlan(draft);
  expect(findings).toBeUndefined();
  if (!plan) return;
  expect(plan.locations).toMatchObject([
    { name: 'Centre', users: 500, uplink: null },
    { name: 'Branch', users: 40, uplink: { to: 'Centre', bandwidthMbitPerSecond: 50 } },
    { name: 'Laboratory', users: 12, isIsolated: true },
  ]);
  expect(plan.workspaces[0]).toMatchObject({ image: 'Desktop', offlineLimitHours: 0 });
  expect(checkPlan(plan).filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(makeDesign(plan).instances.map(({ reason }) => reason)).toEqual(['first', 'isolated-network']);
});

it('goes on where somebody left, without asking again what was answered', async () => {
  const saved: Draft[] = [];
  const save = (draft: Draft): Promise<void> => {
    saved.push(structuredClone(draft));
    return Promise.resolve();
  };
  const left = await interview(person(answers, /^Name of an image/u), {}, save).catch(
    (error: unknown) => error,
  );
  expect(isAppError(left, 'CANCELLED')).toBe(true);
  const kept = saved.at(-1) ?? {};
  expect(kept).toMatchObject({ name: 'Offices', locations: [{}, {}, {}], travellers: [] });
  expect(parsePlan(kept).findings).toBeUndefined();

  const rest = person(
    answers.filter(([question]) => /image|workspace|offline/u.test(question.source)),
    /^Name of the plan|^People in .* who are to/u,
  );
  const resumed = await interview(rest, kept, save);
  expect(resumed).toEqual(await interview(person(answers), {}, () => Promise.resolve()));
});
