import { expect, test } from 'vitest';
import { fieldLabel } from './field-label.ts';

test.each([
  ['policy.virtualMachine.cpus', 'Virtual processors'],
  ['policy.applications.applications[Word]', 'Word'],
  ['policy.applications.applications[Word].command', 'Word, command line'],
  ['image', 'Image'],
  ['channel', 'Channel'],
])('%s is called %s', (path, expected) => {
  expect(fieldLabel(path)).toBe(expected);
});
