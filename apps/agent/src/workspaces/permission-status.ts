import type { AgentStatus, PermissionLimit } from '@carrel/contract/agent-api';
import type { WorkspaceRecord } from './workspace-record.ts';

type PermissionStatus = Pick<
  AgentStatus['workspaces'][number],
  'supportContact' | 'warning' | 'countdown' | 'lockReason'
>;

/** What people at the computer are told of how long they may go on, and whom to ask. Pure. */
export function describePermission(record: WorkspaceRecord, trustedNowMs: number): PermissionStatus {
  const { warned, ending, lock, policy } = record;
  return {
    supportContact: policy.supportContact,
    warning: warned && !ending ? limitAt(warned.endsAs, warned.atMs, trustedNowMs) : null,
    countdown: ending && limitAt(ending.code, ending.dueMs, trustedNowMs),
    lockReason: lock?.reason ?? null,
  };
}

function limitAt(code: string, atMs: number, nowMs: number): PermissionLimit {
  const remainingSeconds = Math.max(0, Math.round((atMs - nowMs) / 1000));
  return { code, at: new Date(atMs).toISOString(), remainingSeconds };
}
