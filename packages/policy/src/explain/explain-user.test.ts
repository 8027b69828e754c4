import { describe, expect, it } from 'vitest';
import { explainGrants, groupPaths } from './explain-user.ts';
import { assignmentTo, group, user } from './testing/worlds.ts';

const rules = { precedence: 'least-restrictive' as const, nowMs: Date.parse('2026-11-21T12:00:00Z') };
const nameOf = (id: string): string => id.replace('group-', 'G');
const nest = (parent: number, child: number) => ({ parent: group(parent), child: group(child) });

describe('the way to a group', () => {
  it('is the shortest, through names in order, and ends where groups contain each other', () => {
    const paths = groupPaths({
      direct: [group(1), group(2)],
      nestings: [nest(3, 1), nest(4, 3), nest(4, 2), nest(1, 4)],
      nameOf,
    });
    expect([...paths]).toEqual([
      [group(1), ['G1']],
      [group(2), ['G2']],
      [group(3), ['G1', 'G3']],
      [group(4), ['G2', 'G4']],
    ]);
  });
});

describe('why somebody has what they have', () => {
  const paths = groupPaths({ direct: [group(1)], nestings: [nest(2, 1)], nameOf });
  const own = assignmentTo({ kind: 'user', id: user(1) }, { offlineLimitHours: 24 });
  const wide = assignmentTo({ kind: 'group', id: group(2) }, { offlineLimitHours: 72 });
  const stranger = assignmentTo({ kind: 'group', id: group(9) }, { offlineLimitHours: 99 });

  it('names the grant that supplied each value, what it overrode, and the groups between', () => {
    const explained = explainGrants(user(1), paths, [own, wide, stranger], rules);
    expect(explained).toMatchObject({ outcome: 'granted', deniedBy: [] });
    expect(explained.grants.map(({ assignmentId, path }) => [assignmentId, path])).toEqual([
      [own.id, []],
      [wide.id, ['G1', 'G2']],
    ]);
    expect(explained.values).toContainEqual({
      setting: 'offlineLimitSeconds',
      value: 72 * 3600,
      from: wide.id,
      together: [],
      overrode: [own.id],
    });
    expect(explained.values.map((one) => one.setting)).toContain('fileTransfer.toHost.isAllowed');
  });

  it('says which grants do not count', () => {
    const explained = explainGrants(user(1), paths, [own, wide], { ...rules, precedence: 'user' });
    expect(explained.grants.map((grant) => grant.leftOut)).toEqual([null, 'outranked']);
  });

  it('says who denies it, when it expired, and when nothing reaches the person', () => {
    const denied = assignmentTo({ kind: 'group', id: group(1) }, {}, 'deny');
    expect(explainGrants(user(1), paths, [own, denied], rules)).toMatchObject({
      outcome: 'denied',
      deniedBy: [denied.id],
      values: [],
    });
    const over = assignmentTo({ kind: 'user', id: user(1) }, { expiresOn: '2026-11-20' });
    expect(explainGrants(user(1), paths, [over], rules).outcome).toBe('expired');
    expect(explainGrants(user(1), paths, [stranger], rules)).toMatchObject({ outcome: 'none', grants: [] });
  });
});
