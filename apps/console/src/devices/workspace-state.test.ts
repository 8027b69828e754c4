import type { WorkspaceStatus } from '@carrel/contract';
import { createId } from '@carrel/kit';
import { expect, test } from 'vitest';
import { enrolCommand } from './enrol-command.ts';
import { fetchPercent, fetchSentence, updateSentence } from './workspace-state.ts';

const bytes = new Uint8Array(10);
const mebibyte = 1024 ** 2;

function fetching(fetch: WorkspaceStatus['fetch']): WorkspaceStatus {
  return {
    workspaceId: createId(1, bytes),
    workspaceName: 'Finance',
    userId: createId(2, bytes),
    userName: 'ada',
    state: 'fetching',
    imageVersion: 2,
    isReadyOffline: false,
    fetch,
    runningSince: null,
    guestBootSeconds: null,
    failure: null,
  };
}

test('percent of a fetch: none, under way, never more than the whole, nothing to do', () => {
  const base = { downloadedBytes: 0, fromSeedsBytes: 0 };
  expect(fetchPercent(fetching(null))).toBeUndefined();
  expect(fetchPercent(fetching({ ...base, doneBytes: 1, totalBytes: 3 }))).toBe(33);
  expect(fetchPercent(fetching({ ...base, doneBytes: 4, totalBytes: 3 }))).toBe(100);
  expect(fetchPercent(fetching({ ...base, doneBytes: 0, totalBytes: 0 }))).toBe(100);
});

test('says where the bytes came from, and of seeds only when there were any', () => {
  const fetch = {
    doneBytes: 271 * mebibyte,
    totalBytes: 445 * mebibyte,
    downloadedBytes: 92 * mebibyte,
    fromSeedsBytes: 179 * mebibyte,
  };
  expect(fetchSentence(fetch)).toBe(
    '271.0 MiB of 445.0 MiB · 92.0 MiB downloaded, 179.0 MiB found on the computer',
  );
  expect(fetchSentence({ ...fetch, fromSeedsBytes: 0 })).toBe('271.0 MiB of 445.0 MiB · 92.0 MiB downloaded');
});

test('says how another version is taken, by when, and whether it is there', () => {
  const times = { since: '2026-03-01', deadline: null, stopsAt: null };
  const update = { ...times, version: 3, isHere: true, taken: 'when-agreed' } as const;
  const say = (change: object): string => updateSentence({ ...update, ...change }, (time) => `<${time}>`);
  expect(say({})).toBe('Version 3 is offered to its person');
  expect(say({ taken: 'next-start', deadline: '2026-03-04', isHere: false })).toBe(
    'Version 3 is taken at the next start, due at <2026-03-04> · not on the computer yet',
  );
  expect(say({ stopsAt: '2026-03-04' })).toBe('Stops at <2026-03-04> to be updated to version 3');
});

test('the enrolment command carries the token through standard input only', () => {
  const command = enrolCommand({
    origin: 'https://carrel.example:7443',
    authorityFingerprint: 'ab12',
    token: 'TOKEN',
  });
  expect(command.replaceAll(' \\\n  ', ' ')).toBe(
    'echo TOKEN | sudo carrel agent enrol https://carrel.example:7443 --ca-fingerprint ab12 --token-stdin',
  );
});
