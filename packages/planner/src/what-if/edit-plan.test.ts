import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../plan-file/index.ts';
import { editPlan } from './edit-plan.ts';
import { formatPlanEdit, type PlanEdit, parsePlanEdit } from './plan-path.ts';

const parsed = parsePlan({
  name: 'Two',
  locations: [
    { name: 'A', users: 3 },
    { name: 'B [b]', users: 4, uplink: { to: 'A', bandwidthMbitPerSecond: 10 } },
  ],
  images: [{ name: 'i', sizeGb: 2, dataGb: 1 }],
  workspaces: [{ name: 'w', image: 'i', population: [{ location: 'A', users: 3 }] }],
});

function edit(...texts: readonly string[]): ReturnType<typeof editPlan> {
  if (!parsed.plan) throw new Error(JSON.stringify(parsed.findings));
  return editPlan(
    parsed.plan,
    texts.map((text) => {
      const one = parsePlanEdit(text);
      if (!one) throw new Error(`no edit: ${text}`);
      return one;
    }),
  );
}

describe('an edit of a plan', () => {
  it('changes the field that it names, and nothing else', () => {
    const { plan } = edit(
      'locations[B [b\\]].uplink.bandwidthMbitPerSecond=50',
      'workspaces[w].population[A].users=2',
    );
    expect(plan?.locations[1]?.uplink?.bandwidthMbitPerSecond).toBe(50);
    expect(plan?.workspaces[0]?.population).toMatchObject([{ location: 'A', users: 2 }]);
    expect(plan?.locations[0]).toEqual(parsed.plan?.locations[0]);
  });

  it('takes a text where it is no JSON', () => {
    expect(edit('workspaces[w].distribution=removable-media').plan?.workspaces[0]?.distribution).toBe(
      'removable-media',
    );
    expect(edit('workspaces[w].offlineLimitHours=null').plan?.workspaces[0]?.offlineLimitHours).toBeNull();
  });

  it('says everything that is wrong at once', () => {
    const { findings } = edit(
      'locations[C].users=1',
      'locations[A].uplink.latencyMs=1',
      'locations[A].user=1',
    );
    expect(findings?.map(({ path }) => path)).toEqual([
      'locations[C].users',
      'locations[A].uplink.latencyMs',
      'locations[A].user',
    ]);
    expect(edit('locations[A].users=-1').findings?.[0]?.path).toBe('locations[0].users');
  });

  it('is read again from how it is written', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('field' as const), name: fc.stringMatching(/^[A-Za-z]{1,8}$/u) }),
      fc.record({ kind: fc.constant('row' as const), name: fc.string({ maxLength: 10 }) }),
    );
    const first = fc.record({
      kind: fc.constant('field' as const),
      name: fc.stringMatching(/^[a-z]{1,8}$/u),
    });
    const edits = fc
      .tuple(first, fc.array(step, { maxLength: 4 }), fc.oneof(fc.integer(), fc.string(), fc.boolean()))
      .map(([head, tail, value]): PlanEdit => ({ path: [head, ...tail], value }));
    fc.assert(
      fc.property(edits, (one) => {
        expect(parsePlanEdit(formatPlanEdit(one))).toEqual(one);
      }),
    );
  });

  it.each(['', 'a', '=1', 'a..b=1', '[a]=1', 'a[b=1', 'a.b c=1'])('is not %j', (text) => {
    expect(parsePlanEdit(text)).toBeUndefined();
  });
});
