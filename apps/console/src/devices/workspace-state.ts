import type { Device, WorkspaceState, WorkspaceStatus, WorkspaceUpdate } from '@carrel/contract';
import { formatBytes } from '@carrel/kit';
import type { Tone } from '../ui/index.ts';

const toneOfState: Readonly<Record<WorkspaceState, Tone>> = {
  absent: 'neutral',
  fetching: 'info',
  ready: 'neutral',
  starting: 'info',
  running: 'good',
  locked: 'warn',
  paused: 'warn',
  stopping: 'info',
  saved: 'neutral',
  stopped: 'neutral',
  failed: 'bad',
};

/** How a state of a workspace should feel. */
export function stateTone(state: WorkspaceState): Tone {
  return toneOfState[state];
}

/** How far a fetch is, in percent of the image's data; `undefined` while nothing is fetched. */
export function fetchPercent({ fetch }: WorkspaceStatus): number | undefined {
  if (fetch === null) return undefined;
  if (fetch.totalBytes === 0) return 100;
  return Math.min(100, Math.floor((fetch.doneBytes / fetch.totalBytes) * 100));
}

/** `271.0 MiB of 445.0 MiB · 92.0 MiB downloaded, 179.0 MiB found on the computer` */
export function fetchSentence(fetch: NonNullable<WorkspaceStatus['fetch']>): string {
  const done = `${formatBytes(fetch.doneBytes)} of ${formatBytes(fetch.totalBytes)}`;
  const downloaded = `${formatBytes(fetch.downloadedBytes)} downloaded`;
  const found = `${formatBytes(fetch.fromSeedsBytes)} found on the computer`;
  return fetch.fromSeedsBytes > 0 ? `${done} · ${downloaded}, ${found}` : `${done} · ${downloaded}`;
}

/** `Version 3 is offered, due at 4 Mar 2026, 10:00`: another version than the one a workspace has. */
export function updateSentence(
  { version, isHere, taken, deadline, stopsAt }: WorkspaceUpdate,
  formatTime: (time: string) => string,
): string {
  if (stopsAt !== null) return `Stops at ${formatTime(stopsAt)} to be updated to version ${version}`;
  const offered = taken === 'next-start' ? 'is taken at the next start' : 'is offered to its person';
  const due = deadline === null ? '' : `, due at ${formatTime(deadline)}`;
  const missing = isHere ? '' : ' · not on the computer yet';
  return `Version ${version} ${offered}${due}${missing}`;
}

export type DeviceCondition = 'waits for approval' | 'online' | 'offline' | 'revoked';

/** What matters first about a device. */
export function conditionOf(device: Device): DeviceCondition {
  if (device.state === 'revoked') return 'revoked';
  if (device.state === 'pending') return 'waits for approval';
  return device.isOnline ? 'online' : 'offline';
}

export const toneOfCondition: Readonly<Record<DeviceCondition, Tone>> = {
  'waits for approval': 'warn',
  online: 'good',
  offline: 'neutral',
  revoked: 'bad',
};
