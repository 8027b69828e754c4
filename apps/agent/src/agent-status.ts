import type { AgentStatus } from '@carrel/contract/agent-api';
import { agentVersion } from './agent-version.ts';
import type { Delivery } from './delivery.ts';
import type { Enrolment } from './identity/enrolment.ts';
import type { Contact } from './link/contact.ts';
import { officeStatusWhenOff } from './peers/index.ts';
import type { EventQueue } from './store/event-queue.ts';
import type { GrantStore } from './store/grants.ts';
import type { TrustedClock } from './time/trusted-clock.ts';
import { describePermission } from './workspaces/permission-status.ts';
import type { Supervisor } from './workspaces/supervisor.ts';

export interface StatusParts {
  readonly enrolment: Enrolment;
  readonly events: EventQueue;
  readonly contact: Contact;
  readonly time: TrustedClock;
  readonly delivery: Delivery;
  readonly grants: GrantStore;
  readonly supervisor: Pick<Supervisor, 'list'>;
}

/** What an enrolled agent says of itself. */
export function describeAgent(parts: StatusParts): AgentStatus {
  const { enrolment, events, contact, time, delivery, grants, supervisor } = parts;
  const { deviceId, server, instanceId } = enrolment;
  const { lastContactMs } = time;
  const { problem } = contact;
  return {
    agentVersion,
    pid: process.pid,
    enrolment: { deviceId, server, instanceId },
    isOnline: contact.isOnline,
    contactProblem: problem ? { code: problem.code, message: problem.message, remedy: problem.remedy } : null,
    lastContactAt: lastContactMs === undefined ? null : new Date(lastContactMs).toISOString(),
    queuedEvents: events.queued,
    lastEventSequence: events.lastSequence,
    transfers: { isPaused: delivery.transfers.isPaused },
    hostFiles: delivery.hostFiles.status,
    officePeers: delivery.officePeers.status,
    signedIn: grants.list().map(({ userId, userName }) => ({ userId, userName })),
    workspaces: supervisor.list().map((workspace) => ({
      ...workspace.status(),
      ...describePermission(workspace.state.record, time.nowMs()),
    })),
  };
}

/** What an agent says before this computer is a device of an instance. */
export function describeUnenrolled(events: EventQueue): AgentStatus {
  return {
    agentVersion,
    pid: process.pid,
    enrolment: null,
    isOnline: false,
    contactProblem: null,
    lastContactAt: null,
    queuedEvents: events.queued,
    lastEventSequence: events.lastSequence,
    transfers: { isPaused: false },
    hostFiles: { state: 'off', files: 0, fileBytes: 0, indexBytes: 0, refreshedAt: null },
    officePeers: officeStatusWhenOff,
    signedIn: [],
    workspaces: [],
  };
}
