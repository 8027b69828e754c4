import type { Assignment, Effect } from '@carrel/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectOfChanges, effectOfGroupChange } from './effect-of-changes.ts';
import { createPeople, type PeopleSnapshot } from './people.ts';
import { naiveEffect, type World } from './testing/naive-effect.ts';
import { assignmentTo, contentOf, group, peopleIn, user, workspaceId } from './testing/worlds.ts';

const nowMs = Date.parse('2026-11-21T12:00:00Z');
const content = contentOf();

describe('the effect of a change', () => {
  const snapshot = peopleIn(
    4,
    [
      [1, 0],
      [1, 1],
      [2, 2],
    ],
    [[1, 2]],
  );
  const people = createPeople(snapshot);
  const toGroup = (number: number, ...others: [object?, Assignment['effect']?]) =>
    assignmentTo({ kind: 'group', id: group(number) }, ...others);
  const toUser = (number: number, ...others: [object?, Assignment['effect']?]) =>
    assignmentTo({ kind: 'user', id: user(number) }, ...others);
  const between = (before: Assignment[], after: Assignment[], made = content): Effect =>
    effectOfChanges(
      people,
      [
        {
          workspaceId,
          before: { content, assignments: before },
          after: { content: made, assignments: after },
        },
      ],
      nowMs,
    );

  it('names who gains a workspace through nested groups', () => {
    const { workspaces, users } = between([], [toGroup(1)]);
    const three = { count: 3, names: ['name 00000', 'name 00001', 'name 00002'] };
    expect(workspaces).toMatchObject([
      { name: 'Accounting', gained: three, lost: { count: 0 }, settings: [] },
    ]);
    expect(users).toEqual(three);
  });

  it('counts a denial as a loss for those who had it, and for nobody else', () => {
    const { workspaces } = between([toUser(0)], [toUser(0), toGroup(1, {}, 'deny')]);
    expect(workspaces).toMatchObject([{ lost: { count: 1, names: ['name 00000'] }, gained: { count: 0 } }]);
  });

  it('says which effective value becomes what, and for whom: not for those whose other grant is wider', () => {
    const wider = toUser(1, { offlineLimitHours: 500 });
    const { workspaces } = between(
      [toGroup(1, { offlineLimitHours: 24 }), wider],
      [toGroup(1, { offlineLimitHours: 48 }), wider],
    );
    expect(workspaces[0]?.settings).toEqual([
      {
        setting: 'offlineLimitSeconds',
        before: 24 * 3600,
        after: 48 * 3600,
        users: { count: 2, names: ['name 00000', 'name 00002'] },
      },
    ]);
  });

  it('gives nobody anything with a grant whose last day is over', () => {
    expect(between([], [toGroup(1, { expiresOn: '2026-11-20' })])).toEqual({
      workspaces: [],
      users: { count: 0, names: [] },
    });
    expect(between([], [toGroup(1, { expiresOn: '2026-11-21' })]).users.count).toBe(3);
  });

  it('is felt by everybody who has a workspace that is itself changed', () => {
    const made = contentOf({ virtualMachine: { cpus: 2 } });
    const { workspaces } = between([toUser(3)], [toUser(3)], made);
    expect(workspaces).toMatchObject([
      {
        fields: {
          changes: [{ tab: 'virtualMachine', path: 'policy.virtualMachine.cpus', before: 1, after: 2 }],
          users: { count: 1, names: ['name 00003'] },
        },
      },
    ]);
  });

  it('follows the precedence of the workspace', () => {
    const grants = [toUser(0, { offlineLimitHours: 1 }), toGroup(1, { offlineLimitHours: 9 })];
    const { workspaces } = between(grants, grants, contentOf({ general: { precedence: 'user' } }));
    expect(workspaces[0]?.settings).toMatchObject([{ before: 9 * 3600, after: 3600, users: { count: 1 } }]);
  });

  it('keeps groups apart that say the same: among several checks the id of the assignment decides', () => {
    const check = (command: string): object => ({
      fileTransfer: { toHost: { isAllowed: true, command } },
    });
    const [scan, other] = [check('scan'), check('check')];
    const members = createPeople(
      peopleIn(1, [
        [2, 0],
        [3, 0],
      ]),
    );
    const situation = (...assignments: Assignment[]) => ({ content, assignments });
    const change = {
      workspaceId,
      before: situation(toGroup(2, other)),
      after: situation(toGroup(1, scan), toGroup(2, other), toGroup(3, scan)),
    };
    expect(effectOfChanges(members, [change], nowMs).workspaces).toEqual([]);
  });

  it('reaches through every group around the one whose members change', () => {
    const situation = { content, assignments: [toGroup(1)] };
    const { workspaces } = effectOfGroupChange(
      people,
      {
        groupId: group(2),
        members: { userIds: [user(3)], groupIds: [] },
        workspaces: [{ workspaceId, situation }],
      },
      nowMs,
    );
    expect(workspaces).toMatchObject([
      { gained: { names: ['name 00003'] }, lost: { names: ['name 00002'] } },
    ]);
  });
});

const groupCount = 6;
const userCount = 12;
const toHost = (command: string | null, ...extensions: string[]) => ({
  fileTransfer: {
    toHost: { isAllowed: true, command, extensions: extensions.length > 0 ? extensions : null },
  },
});
/** Few, so that several grants often say the same. */
const anySettings = fc.constantFrom<object>(
  {},
  { expiresOn: '2026-11-20', offlineLimitHours: null },
  { expiresOn: '2027-01-01', offlineLimitHours: 0, clipboard: 'to-host' },
  { clipboard: 'to-workspace', ...toHost('scan', 'txt') },
  { offlineLimitHours: 48, ...toHost('check', 'pdf') },
  { ...toHost(null), isPrintingAllowed: false },
);
const anyPrincipal = fc.oneof(
  fc.nat(userCount - 1).map((number) => ({ kind: 'user' as const, id: user(number) })),
  fc.nat(groupCount - 1).map((number) => ({ kind: 'group' as const, id: group(number) })),
);
const anyAssignments = fc.uniqueArray(
  fc
    .tuple(
      anyPrincipal,
      anySettings,
      fc.constantFrom<Assignment['effect'][]>('allow', 'allow', 'allow', 'deny'),
    )
    .map(([principal, settings, effect]) => assignmentTo(principal, settings, effect)),
  { maxLength: 8, selector: (assignment) => assignment.id },
);
const anyContent = fc.record({
  general: fc.record({ precedence: fc.constantFrom('least-restrictive' as const, 'user' as const) }),
  virtualMachine: fc.record({ cpus: fc.integer({ min: 1, max: 2 }) }),
});
const anySituation = fc.record({
  content: anyContent.map((policy) => contentOf(policy)),
  assignments: anyAssignments,
});
const anyPeople = fc
  .record({
    memberships: fc.array(fc.tuple(fc.nat(groupCount - 1), fc.nat(userCount - 1)), { maxLength: 20 }),
    // Cycles included: directories have them.
    nestings: fc.array(fc.tuple(fc.nat(groupCount - 1), fc.nat(groupCount - 1)), { maxLength: 8 }),
  })
  .map(({ memberships, nestings }) => peopleIn(userCount, memberships, nestings));

/** Settings as a set: those felt by equally many people may come in any order. */
function sorted(effect: Effect): Effect {
  const workspaces = effect.workspaces.map((workspace) => ({
    ...workspace,
    settings: workspace.settings.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  }));
  return { ...effect, workspaces };
}

function worldOf(
  people: PeopleSnapshot,
  situation: World['workspaces'] extends ReadonlyMap<unknown, infer S> ? S | undefined : never,
): World {
  return { people, workspaces: new Map(situation ? [[workspaceId, situation]] : []) };
}

describe('looking only at those whom a change can touch', () => {
  it('finds what asking everybody finds, when a workspace or its assignments change', () => {
    const side = fc.option(anySituation, { nil: undefined });
    fc.assert(
      fc.property(anyPeople, side, side, (snapshot, before, after) => {
        const found = effectOfChanges(createPeople(snapshot), [{ workspaceId, before, after }], nowMs);
        const naive = naiveEffect(worldOf(snapshot, before), worldOf(snapshot, after), nowMs);
        expect(sorted(found)).toEqual(sorted(naive));
      }),
      { numRuns: 500 },
    );
  });

  it('finds what asking everybody finds, when the members of a group change', () => {
    const members = fc.record({
      users: fc.uniqueArray(fc.nat(userCount - 1)),
      groups: fc.uniqueArray(fc.nat(groupCount - 1), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(
        anyPeople,
        anySituation,
        fc.nat(groupCount - 1),
        members,
        (snapshot, situation, number, { users, groups }) => {
          const groupId = group(number);
          const after: PeopleSnapshot = {
            users: snapshot.users,
            memberships: [
              ...snapshot.memberships.filter((one) => one.groupId !== groupId),
              ...users.map((one) => ({ groupId, userId: user(one) })),
            ],
            nestings: [
              ...snapshot.nestings.filter((one) => one.parent !== groupId),
              ...groups.map((child) => ({ parent: groupId, child: group(child) })),
            ],
          };
          const change = {
            groupId,
            members: { userIds: users.map(user), groupIds: groups.map(group) },
            workspaces: [{ workspaceId, situation }],
          };
          const found = effectOfGroupChange(createPeople(snapshot), change, nowMs);
          const naive = naiveEffect(worldOf(snapshot, situation), worldOf(after, situation), nowMs);
          expect(sorted(found)).toEqual(sorted(naive));
        },
      ),
      { numRuns: 500 },
    );
  });
});
