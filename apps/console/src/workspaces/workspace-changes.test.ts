import { workspacePolicySchema } from '@carrel/contract';
import { describe, expect, test } from 'vitest';
import { newValues, type WorkspaceFormValues } from './form-values.ts';
import { compareVersions, countChanges, mergeVersions, workspaceFields } from './workspace-changes.ts';

const base: WorkspaceFormValues = { ...newValues(), name: 'Finance' };

function changed(changes: Readonly<Record<string, unknown>>): WorkspaceFormValues {
  return workspaceFields.reduce(
    (values, field) => (field.path in changes ? field.write(values, changes[field.path]) : values),
    base,
  );
}

const paths = (changes: readonly { field: { path: string } }[]): string[] =>
  changes.map((change) => change.field.path);

describe('the fields', () => {
  test('are all that the policy schema has, so that the form leaves none out', () => {
    const policy = workspacePolicySchema.parse({});
    const leavesOf = (value: unknown, path: string): string[] =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, `${path}.${name}`))
        : [path];
    const leaves = leavesOf(policy, 'policy');
    expect(workspaceFields.map((field) => field.path).filter((path) => path.startsWith('policy.'))).toEqual(
      leaves,
    );
  });
});

describe('compareVersions', () => {
  test('sorts changes by who made them', () => {
    const theirs = changed({
      channel: 'pilot',
      'policy.virtualMachine.cpus': 4,
      'policy.network.mode': 'none',
    });
    const mine = changed({
      description: 'mine',
      'policy.virtualMachine.cpus': 2,
      'policy.network.mode': 'none',
    });
    const comparison = compareVersions(base, theirs, mine);
    expect(paths(comparison.theirs)).toEqual(['channel']);
    expect(paths(comparison.mine)).toEqual(['description']);
    expect(paths(comparison.both)).toEqual(['policy.virtualMachine.cpus']);
    expect(comparison.both[0]).toMatchObject({ base: 1, theirs: 4, mine: 2 });
  });

  test('sees a change inside the memory table', () => {
    const table = [{ hostMiB: 1024, guestMiB: 256 }];
    const comparison = compareVersions(base, changed({ 'policy.performance.memoryTable': table }), base);
    expect(paths(comparison.theirs)).toEqual(['policy.performance.memoryTable']);
  });
});

describe('mergeVersions', () => {
  const theirs = changed({ channel: 'pilot', 'policy.virtualMachine.cpus': 4 });
  const mine = changed({ description: 'mine', 'policy.virtualMachine.cpus': 2 });
  const comparison = compareVersions(base, theirs, mine);

  test('keeps both sides, and mine where both changed', () => {
    expect(mergeVersions(theirs, comparison, {})).toEqual(
      changed({ channel: 'pilot', description: 'mine', 'policy.virtualMachine.cpus': 2 }),
    );
  });

  test('takes theirs where that was chosen', () => {
    const merged = mergeVersions(theirs, comparison, { 'policy.virtualMachine.cpus': 'theirs' });
    expect(merged).toEqual(
      changed({ channel: 'pilot', description: 'mine', 'policy.virtualMachine.cpus': 4 }),
    );
  });

  test('leaves what it was given as it was', () => {
    const before = structuredClone(theirs);
    mergeVersions(theirs, comparison, {});
    expect(theirs).toEqual(before);
  });
});

test('countChanges counts fields, not keystrokes', () => {
  expect(countChanges(base, base)).toBe(0);
  expect(countChanges(base, changed({ name: 'Accounting', 'policy.virtualMachine.cpus': 3 }))).toBe(2);
});
