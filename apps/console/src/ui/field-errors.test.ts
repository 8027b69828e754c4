import { newUserSchema, workspaceInputSchema } from '@carrel/contract';
import { createId } from '@carrel/kit';
import { describe, expect, test } from 'vitest';
import { fieldErrors } from './field-errors.ts';

const imageId = createId(1, new Uint8Array(10));

describe('fieldErrors', () => {
  test('valid values have none', () => {
    expect(fieldErrors(workspaceInputSchema, { name: 'Finance', imageId })).toEqual({});
  });

  test('names each field by its path and says what is expected', () => {
    const errors = fieldErrors(workspaceInputSchema, {
      name: '  ',
      imageId: '',
      channel: 'Not A Channel',
      policy: {
        virtualMachine: { cpus: 99, countdownSeconds: '' },
        performance: { memoryTable: [] },
      },
    });
    expect(errors).toEqual({
      name: 'Fill this in.',
      imageId: 'Fill this in.',
      channel: 'Expected lower-case letters, digits and -.',
      'policy.virtualMachine.cpus': 'Enter 64 or less.',
      'policy.virtualMachine.countdownSeconds': 'Fill this in.',
      'policy.performance.memoryTable': 'At least 1 needed.',
    });
  });

  test('a fraction where a whole number is needed', () => {
    const values = { name: 'a', imageId, policy: { virtualMachine: { cpus: 1.5 } } };
    expect(fieldErrors(workspaceInputSchema, values)).toEqual({
      'policy.virtualMachine.cpus': 'Enter a whole number.',
    });
  });

  test('passwords', () => {
    expect(fieldErrors(newUserSchema, { userName: 'ada', password: 'short' })).toEqual({
      password: 'Enter at least 10 characters.',
    });
  });
});
