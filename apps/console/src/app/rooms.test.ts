import { permissionsOf } from '@carrel/contract';
import { expect, test } from 'vitest';
import { roomsFor } from './rooms.ts';

const labelsFor = (role: Parameters<typeof permissionsOf>[0][number]): string[] =>
  roomsFor([...permissionsOf([role])]).map((room) => room.label);

test('everybody sees the rooms their role opens, and no other', () => {
  expect(labelsFor('administrator')).toHaveLength(11);
  expect(labelsFor('image-engineer')).toEqual(['Images', 'Workspaces', 'Tasks']);
  expect(labelsFor('help-desk')).not.toContain('Audit');
  expect(labelsFor('auditor')).toEqual(expect.arrayContaining(['Administrators', 'Instance', 'Audit']));
  expect(labelsFor('auditor')).not.toContain('Sign-on');
  expect(roomsFor([])).toEqual([]);
});
