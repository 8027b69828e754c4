import { type WorkspaceStatus, workspaceStatusSchema } from '@carrel/contract';
import { expect, it } from 'vitest';
import { describeUpdate } from './update-words.ts';

const id = '0190a000-0000-7000-8000-000000000001';
const status: WorkspaceStatus = workspaceStatusSchema.parse({
  workspaceId: id,
  workspaceName: 'Desk',
  userId: id,
  userName: 'ada',
  state: 'running',
  imageVersion: 1,
  isReadyOffline: true,
  fetch: null,
  runningSince: null,
  guestBootSeconds: null,
  failure: null,
});
const update = {
  version: 2,
  since: '2026-03-01T00:00:00.000Z',
  deadline: '2026-03-04T00:00:00.000Z',
  isHere: true,
  taken: 'when-agreed',
  stopsAt: null,
} as const;

it('says what to run, and by when it is taken anyway', () => {
  expect(describeUpdate({ ...status, update })).toEqual([
    'Desk: version 2 is here; it is taken when you run: carrel agent update Desk, at the latest on 2026-03-04T00:00:00.000Z.',
  ]);
  const suggested = { ...update, deadline: null, isHere: false, taken: 'next-start' } as const;
  expect(describeUpdate({ ...status, update: suggested })).toEqual([
    'Desk: version 2 is there; the next start takes it.',
  ]);
});

it('says until when one can go back, and nothing when there is nothing', () => {
  const previous = { version: 1, keptUntil: '2026-03-15T00:00:00.000Z' };
  expect(describeUpdate({ ...status, previous })).toEqual([
    'Desk: its disk on version 1 is kept until 2026-03-15T00:00:00.000Z: carrel agent go-back Desk',
  ]);
  expect(describeUpdate(status)).toEqual([]);
});
