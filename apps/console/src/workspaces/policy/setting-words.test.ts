import { expect, test } from 'vitest';
import { policySettings, sections } from './policy-settings.ts';
import { settingWords } from './setting-words.ts';
import { groupsOf } from './tab-layout.ts';

test('every setting of the policy has words, and every choice of it', () => {
  const missing = [...policySettings.values()].flatMap((node) => {
    const words = settingWords[node.path];
    if (words === undefined) return [node.path];
    return node.options
      .filter((option) => words.choices?.[option] === undefined)
      .map((option) => `${node.path}=${option}`);
  });
  expect(missing).toEqual([]);
});

test('no words are left over from a setting that is gone', () => {
  expect(Object.keys(settingWords).filter((path) => !policySettings.has(path))).toEqual([]);
});

test('every setting has its place in a group of its tab, once', () => {
  const placed = sections.flatMap((section) => groupsOf(section)).filter((group) => group.title !== 'More');
  const paths = placed.flatMap((group) => group.settings);
  expect(paths.toSorted()).toEqual([...policySettings.keys()].toSorted());
});
