import { type Assignment, assignmentSettingsSchema, newAssignmentSchema } from '@carrel/contract';
import { createId } from '@carrel/kit';
import { expect, test } from 'vitest';
import { fieldErrors } from '../../ui/index.ts';
import { assignmentInputOf, assignmentValuesOf, newAssignmentValues } from './assignment-values.ts';

const bytes = new Uint8Array(10);
const assignment: Assignment = {
  id: createId(1, bytes),
  workspaceId: createId(2, bytes),
  principal: { kind: 'group', id: createId(3, bytes) },
  principalName: 'Accounting',
  effect: 'allow',
  settings: assignmentSettingsSchema.parse({
    expiresOn: '2027-03-31',
    timeZone: 'Europe/Berlin',
    offlineLimitHours: 24,
    fileTransfer: { toHost: { isAllowed: true, command: 'scan.exe', extensions: ['docx'] } },
  }),
  createdAt: '2026-11-21T04:00:00.000Z',
  createdBy: 'admin',
};

test('an assignment survives the way through the form', () => {
  const input = newAssignmentSchema.parse(assignmentInputOf(assignmentValuesOf(assignment)));
  expect(input).toEqual({
    principal: assignment.principal,
    effect: 'allow',
    settings: assignment.settings,
  });
});

test('a new one has the defaults, in the time zone of whoever makes it', () => {
  const values = { ...newAssignmentValues('Europe/Berlin'), principal: `user:${assignment.id}` };
  expect(newAssignmentSchema.parse(assignmentInputOf(values)).settings).toEqual(
    assignmentSettingsSchema.parse({ timeZone: 'Europe/Berlin' }),
  );
});

test('faults are named: nobody chosen, no such zone, a limit beyond a year', () => {
  const values = newAssignmentValues('Middle/Earth');
  values.offline = { kind: 'days', amount: 900 };
  expect(Object.keys(fieldErrors(newAssignmentSchema, assignmentInputOf(values))).sort()).toEqual([
    'principal.kind',
    'settings.offlineLimitHours',
    'settings.timeZone',
  ]);
});
