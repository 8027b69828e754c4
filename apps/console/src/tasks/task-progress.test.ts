import type { Task } from '@carrel/contract';
import { createId } from '@carrel/kit';
import { expect, test } from 'vitest';
import { taskPercent, taskSentence } from './task-progress.ts';

function task(state: Task['state'], doneBytes: number | null, totalBytes: number | null): Task {
  return {
    id: createId(1, new Uint8Array(10)),
    kind: 'verify-version',
    title: 'Verify tiny version 1',
    state,
    progress: { phase: 'reading', doneBytes, totalBytes },
    createdAt: '2026-11-21T04:00:00.000Z',
    createdBy: 'admin',
    endedAt: null,
    error: null,
  };
}

test('percent is known once the whole is, and whole when it succeeded', () => {
  expect(taskPercent(task('running', null, null))).toBeUndefined();
  expect(taskPercent(task('running', 5, null))).toBeUndefined();
  expect(taskPercent(task('running', 1, 3))).toBe(33);
  expect(taskPercent(task('succeeded', null, null))).toBe(100);
});

test('says the phase, and the bytes as far as they are known', () => {
  expect(taskSentence(task('running', null, null))).toBe('reading');
  expect(taskSentence(task('running', 2048, null))).toBe('reading · 2.0 KiB');
  expect(taskSentence(task('running', 2048, 4096))).toBe('reading · 2.0 KiB of 4.0 KiB');
});
