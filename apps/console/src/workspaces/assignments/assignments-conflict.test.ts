import { fail } from '@carrel/contract';
import { expect, test } from 'vitest';
import { assignmentsConflictOf } from './assignments-conflict.ts';

test('a refusal says who changed what, and what to save on top of', () => {
  const rows = ['granted to user ada', 'taken back from group crew'].map((change) => ({
    tab: 'Assignments',
    principalKind: 'user',
    principalName: 'ada',
    change,
  }));
  const refusal = fail('ASSIGNMENTS_CHANGED', { author: 'grace', currentVersion: 7, changes: rows });
  expect(assignmentsConflictOf(refusal)).toEqual({
    author: 'grace',
    revision: 7,
    changes: ['granted to user ada', 'taken back from group crew'],
  });
});

test('other failures are no conflict, nor is a refusal that does not say what was changed', () => {
  expect(assignmentsConflictOf(fail('NOT_FOUND', { kind: 'user', id: '1' }))).toBeUndefined();
  expect(
    assignmentsConflictOf(fail('ASSIGNMENTS_CHANGED', { author: 'grace', currentVersion: 7 })),
  ).toBeUndefined();
  expect(assignmentsConflictOf(null)).toBeUndefined();
});
