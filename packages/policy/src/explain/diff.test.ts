import { describe, expect, it } from 'vitest';
import { describeAssignmentChange, describeChange, summarizeChanges } from './describe-changes.ts';
import { diffAssignments } from './diff-assignments.ts';
import { diffTrees } from './diff-trees.ts';
import { diffWorkspaces } from './diff-workspaces.ts';
import { assignmentTo, contentOf, group, user } from './testing/worlds.ts';
import { fieldOf, tabOf } from './workspace-tabs.ts';

const application = (name: string, command: string) => ({ name, command });

describe('the difference between two states of a workspace', () => {
  it('is nothing between equals, whatever the order of keys', () => {
    expect(diffTrees({ a: 1, b: [{ c: 2 }] }, { b: [{ c: 2 }], a: 1 })).toEqual([]);
  });

  it('names each field and the tab it is edited on', () => {
    const before = contentOf();
    const after = { ...contentOf({ virtualMachine: { cpus: 4 } }), name: 'Books', image: 'other' };
    expect(diffWorkspaces(before, after)).toEqual([
      { tab: 'general', path: 'name', before: 'Accounting', after: 'Books' },
      { tab: 'virtualMachine', path: 'image', before: 'desktop', after: 'other' },
      { tab: 'virtualMachine', path: 'policy.virtualMachine.cpus', before: 1, after: 4 },
    ]);
  });

  it('knows things in a list by their name, so that one inserted above others is one change', () => {
    const before = [application('Word', 'w'), application('Mail', 'm')];
    const after = [application('Calc', 'c'), application('Word', 'w2'), application('Mail', 'm')];
    expect(diffTrees(before, after, 'list')).toEqual([
      { path: 'list[Word].command', before: 'w', after: 'w2' },
      { path: 'list[Calc]', after: application('Calc', 'c') },
    ]);
  });

  it('says so when only the order of named things changed', () => {
    const [word, mail] = [application('Word', 'w'), application('Mail', 'm')];
    expect(diffTrees([word, mail], [mail, word], 'list')).toEqual([
      { path: 'list.order', before: ['Word', 'Mail'], after: ['Mail', 'Word'] },
    ]);
  });

  it('takes other lists, and lists with a name twice, as one value', () => {
    const twice = [application('Word', 'w'), application('Word', 'v')];
    expect(diffTrees(['a'], ['a', 'b'], 'list')).toHaveLength(1);
    expect(diffTrees(twice, [application('Word', 'w')], 'list')).toEqual([
      { path: 'list', before: twice, after: [application('Word', 'w')] },
    ]);
  });

  it('tells null from nothing', () => {
    expect(diffTrees({ a: null }, {})).toEqual([{ path: 'a', before: null }]);
  });
});

describe('the difference between two sets of assignments', () => {
  const accountants = { kind: 'group' as const, id: group(1) };
  const ada = { kind: 'user' as const, id: user(1) };

  it('says who was added, removed and changed, and in what', () => {
    const before = [assignmentTo(accountants), assignmentTo(ada)];
    const after = [assignmentTo(accountants, { expiresOn: '2027-01-31' })];
    const changes = diffAssignments(before, after);
    expect(changes).toMatchObject([
      {
        principalName: 'group-1',
        change: 'changed',
        fields: [{ tab: 'deployment', path: 'settings.expiresOn', before: null, after: '2027-01-31' }],
      },
      { principalName: 'user-1', change: 'removed' },
    ]);
    expect(changes.map(describeAssignmentChange)).toEqual([
      'changed for group group-1 (settings.expiresOn none → 2027-01-31)',
      'taken back from user user-1',
    ]);
    expect(diffAssignments([], [assignmentTo(ada, {}, 'deny')]).map(describeAssignmentChange)).toEqual([
      'denied to user user-1',
    ]);
  });
});

describe('a change in words', () => {
  it('names tab and field and shortens what is long', () => {
    expect(describeChange({ tab: 'general', path: 'description', before: '', after: 'x'.repeat(99) })).toBe(
      `General: description "" → ${'x'.repeat(39)}…`,
    );
  });

  it('is counted beyond the third', () => {
    const change = (name: string) => ({
      tab: 'web' as const,
      path: `policy.web.${name}`,
      before: 1,
      after: 2,
    });
    expect(summarizeChanges(['a', 'b', 'c', 'd', 'e'].map(change))).toBe(
      'Web: a 1 → 2; Web: b 1 → 2; Web: c 1 → 2; and 2 more',
    );
  });

  it('finds tab and field of every path', () => {
    expect([tabOf('policy.web.rules[0].kind'), tabOf('channel'), tabOf('assignments[0].user')]).toEqual([
      'web',
      'virtualMachine',
      'deployment',
    ]);
    expect([fieldOf('policy.web.rules'), fieldOf('name')]).toEqual(['rules', 'name']);
  });
});
