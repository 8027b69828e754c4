import type { DirectoryPrincipal } from '@carrel/contract';
import { describe, expect, test } from 'vitest';
import {
  type DirectorySearch,
  importOf,
  knownOption,
  nameOf,
  type PrincipalSectionsInput,
  principalSections,
  searchStatus,
} from './principal-sections.ts';

const adaId = '0193f2a0-0000-7000-8000-000000000001';
const ada: DirectoryPrincipal = {
  kind: 'user',
  externalId: 'guid:of-ada',
  name: 'ada',
  displayName: 'Ada Lovelace',
  distinguishedName: 'CN=Ada',
  isDisabled: false,
  principalId: null,
};
const crew: DirectoryPrincipal = {
  ...ada,
  kind: 'group',
  externalId: 'crew-guid',
  name: 'crew',
  displayName: 'crew',
};

const found = (
  items: readonly DirectoryPrincipal[],
  { id = 'corp', isCut = false }: { readonly id?: string; readonly isCut?: boolean } = {},
): DirectorySearch => ({ id, title: `Directory ${id}`, answer: { state: 'found', items, isCut } });

const sections = (changes: Partial<PrincipalSectionsInput>) =>
  principalSections({ search: '', groups: [], users: [], chosen: undefined, directories: [], ...changes });

describe('whom there is to choose', () => {
  const groups = [{ value: 'group:1', label: 'Accounting' }];
  const users = [
    { value: `user:${adaId}`, label: 'Ada Lovelace (ada)' },
    { value: 'user:2', label: 'Grace Hopper (grace)' },
  ];

  test('those known here by part of their name, first', () => {
    const shown = sections({ search: 'ADA', groups, users, directories: [found([crew])] });
    expect(shown.map(({ group, items }) => [group, items.map((item) => item.label)])).toEqual([
      ['Users', ['Ada Lovelace (ada)']],
      ['Directory corp', ['crew, group']],
    ]);
  });

  test('somebody of a directory who is shown as known is not shown again', () => {
    const known = { ...ada, principalId: adaId };
    expect(sections({ users, directories: [found([known, crew])] }).at(-1)?.items).toEqual([
      { value: 'directory:corp:group:crew-guid', label: 'crew, group' },
    ]);
    expect(sections({ users, directories: [found([known])] }).at(-1)?.items).toMatchObject([
      { label: 'Nobody beyond those above.', disabled: true },
    ]);
  });

  test('somebody known whom the list of those known has not is chosen without being imported', () => {
    const [section] = sections({ directories: [found([{ ...ada, principalId: adaId }])] });
    expect(section?.items).toEqual([{ value: `user:${adaId}`, label: 'Ada Lovelace (ada)' }]);
  });

  test('whoever is chosen stays, once, though no list has them', () => {
    const chosen = { value: 'user:9', label: 'Alan Turing (alan)' };
    expect(sections({ users, chosen })[0]?.items).toEqual([...users, chosen]);
    expect(sections({ users: [chosen], chosen })).toEqual([{ group: 'Users', items: [chosen] }]);
  });

  test('a directory that searches or is down says so and hinders no other', () => {
    const shown = sections({
      search: 'a',
      users,
      directories: [
        { id: 'down', title: 'Directory down', answer: { state: 'failed', reason: 'It does not answer.' } },
        { id: 'slow', title: 'Directory slow', answer: { state: 'searching' } },
        found([], { id: 'empty' }),
        found([ada], { isCut: true }),
      ],
    });
    expect(shown.map(({ items }) => items.map(({ label, disabled }) => [label, disabled ?? false]))).toEqual([
      [
        ['Ada Lovelace (ada)', false],
        ['Grace Hopper (grace)', false],
      ],
      [['It does not answer.', true]],
      [['Searching…', true]],
      [['Nobody of that name.', true]],
      [
        ['Ada Lovelace (ada)', false],
        ['There are more: type more of the name.', true],
      ],
    ]);
    const values = shown.flatMap(({ items }) => items.map(({ value }) => value));
    expect(new Set(values).size).toBe(values.length);
  });

  test('an account that is disabled there says so', () => {
    const [section] = sections({ directories: [found([{ ...ada, isDisabled: true }])] });
    expect(section?.items[0]?.label).toBe('Ada Lovelace (ada), disabled there');
  });
});

test('only whoever is not known here is imported, by whatever id the directory has', () => {
  const [section] = sections({ directories: [found([ada])] });
  expect(importOf(section?.items[0]?.value ?? '')).toEqual({
    directoryId: 'corp',
    kind: 'user',
    externalId: 'guid:of-ada',
  });
  expect(importOf(`user:${adaId}`)).toBeUndefined();
  expect(importOf('note:corp')).toBeUndefined();
});

test('somebody imported is an option like those known', () => {
  expect(knownOption(ada)).toBeUndefined();
  expect(knownOption({ ...crew, principalId: adaId })).toEqual({ value: `group:${adaId}`, label: 'crew' });
  expect(nameOf('ada', 'Ada Lovelace')).toBe('Ada Lovelace (ada)');
});

test('what is said aloud counts what each directory found', () => {
  expect(searchStatus([])).toBe('');
  expect(
    searchStatus([found([ada, crew]), found([ada], { id: 'big', isCut: true }), found([], { id: 'none' })]),
  ).toBe('Directory corp: 2 found. Directory big: 1 and more found. Directory none: Nobody of that name.');
});
