import { type AgentStatus, type Inventory, type Operation, routes } from '@carrel/contract';
import { type Clock, isAbortError } from '@carrel/kit';
import { type AgentLog, logged } from './agent-log.ts';
import type { AgentPaths } from './agent-paths.ts';
import { agentVersion } from './agent-version.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import type { DeviceKeys } from './identity/device-keys.ts';
import type { Enrolment } from './identity/enrolment.ts';
import { availableMemoryMiB, hostMemoryMiB } from './identity/inventory.ts';
import { createLeaseKeeper, type LeaseKeeper } from './leases/lease-keeper.ts';
import { createLeaseStore } from './leases/lease-store.ts';
import { type Contact, createContact } from './link/contact.ts';
import { createEventLoop, type EventLoop } from './link/event-loop.ts';
import { createPace, type Pace } from './link/pace.ts';
import { createRepositoryAccess, type RepositoryAccess } from './link/repository-access.ts';
import { createServerLink, type ServerLink } from './link/server-link.ts';
import { readIntervals, syncWithServer } from './link/sync.ts';
import { createSyncLoop, type SyncLoop } from './link/sync-loop.ts';
import { isStoreFull } from './store/atomic-file.ts';
import type { AgentDatabase } from './store/database.ts';
import type { EventQueue } from './store/event-queue.ts';
import { createFacts, type Facts } from './store/facts.ts';
import { createGrantStore, type GrantStore } from './store/grants.ts';
import { createLocalSecret } from './store/local-secret.ts';
import { createMachineTime } from './time/machine-time.ts';
import { createTrustedClock, type TrustedClock } from './time/trusted-clock.ts';
import { enforceLease } from './workspaces/enforce-lease.ts';
import type { Machines } from './workspaces/machines.ts';
import { createOperationStore } from './workspaces/operations.ts';
import { Supervisor, type WorkspaceAction } from './workspaces/supervisor.ts';
import { UserWorkspace } from './workspaces/user-workspace.ts';
import { workspaceFiles } from './workspaces/workspace-files.ts';
import { createWorkspaceRecords, type WorkspaceRecord } from './workspaces/workspace-record.ts';
import { WorkspaceState } from './workspaces/workspace-state.ts';

export interface EnrolledAgentParts {
  readonly paths: AgentPaths;
  readonly enrolment: Enrolment;
  readonly keys: DeviceKeys;
  readonly database: AgentDatabase;
  readonly events: EventQueue;
  readonly machines: Machines;
  readonly inventory: () => Promise<Inventory>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: AgentLog;
}

const enforcementIntervalMs = 5_000;
const contactBeforeStartMs = 10_000;

/** The agent of an enrolled computer: everything that runs, put together in one place. */
export class EnrolledAgent {
  readonly #parts: EnrolledAgentParts;
  readonly #facts: Facts;
  readonly #grants: GrantStore;
  readonly #time: TrustedClock;
  readonly #contact: Contact;
  readonly #link: ServerLink;
  readonly #leases: LeaseKeeper;
  readonly #repository: RepositoryAccess;
  readonly #delivery: Delivery;
  readonly #supervisor: Supervisor;
  readonly #syncLoop: SyncLoop;
  readonly #eventLoop: EventLoop;

  constructor(parts: EnrolledAgentParts) {
    const { database, enrolment, keys, events, clock } = parts;
    this.#parts = parts;
    this.#facts = createFacts(database);
    this.#grants = createGrantStore(database, createLocalSecret(keys.local));
    this.#time = createTrustedClock(this.#facts, createMachineTime());
    this.#contact = createContact(this.#facts, this.#time, events);
    this.#link = createServerLink(enrolment, keys.signing, () => clock.nowMs());
    this.#leases = createLeaseKeeper({
      store: createLeaseStore(database),
      events,
      clock: this.#time,
      contact: this.#contact,
      verification: {
        keys: enrolment.leaseKeys.keys,
        issuer: enrolment.instanceId,
        deviceId: enrolment.deviceId,
      },
      sealingKey: keys.sealing,
    });
    this.#repository = createRepositoryAccess(clock, () => this.sync());
    this.#syncLoop = createSyncLoop(
      (signal) => this.#sync(signal),
      this.#pace(() => this.#intervals.policySeconds),
      (error) => this.#warn('contact failed', error),
    );
    this.#eventLoop = createEventLoop({
      events,
      link: this.#link,
      contact: this.#contact,
      pace: this.#pace(() => this.#intervals.eventSeconds),
      clock,
      onFailure: (what, error) => this.#warn(what, error),
    });
    this.#delivery = this.#createDelivery();
    this.#supervisor = this.#createSupervisor();
  }

  /** Runs until the signal is aborted; guests run on after that. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#delivery.sweep();
    this.#supervisor.begin();
    await this.#supervisor.refreshLeases();
    const loops = [
      this.#syncLoop.run(signal),
      this.#eventLoop.run(signal),
      this.#enforce(signal),
      this.#delivery.hostFiles.run(signal),
      this.#delivery.officePeers.run(signal),
    ];
    try {
      await Promise.all(loops.map((loop) => passAbort(loop, signal)));
    } finally {
      await this.#supervisor.close();
      this.#parts.events.record('AGENT-003', {});
      await this.#eventLoop.sendLast();
      await this.#link[Symbol.asyncDispose]();
    }
  }

  /** An important event is worth a contact of its own. */
  hurryEvents(): void {
    this.#eventLoop.hurry();
  }

  /** @throws what the contact failed with */
  sync(): Promise<void> {
    return this.#syncLoop.syncNow();
  }

  /** @throws {SIGN_IN_FAILED} {SERVER_UNREACHABLE} */
  async signIn(credentials: { readonly userName: string; readonly password: string }): Promise<void> {
    const answer = await this.#link.call(routes.signInAtDevice, { body: credentials });
    const { userId, userName, userGrant } = answer;
    this.#grants.keep({ userId, userName, grant: userGrant });
    await this.sync();
  }

  /** Transfers that nobody waits for stand still, or go on. */
  setTransfersPaused(isPaused: boolean): void {
    const { transfers } = this.#delivery;
    if (transfers.isPaused === isPaused) return;
    transfers.setPaused(isPaused);
    this.#parts.events.record('AGENT-007', { state: isPaused ? 'paused' : 'resumed' });
  }

  act(action: WorkspaceAction): Promise<Operation> {
    return this.#supervisor.act(action);
  }

  operation(id: string, waitMs: number, signal: AbortSignal): Promise<Operation | undefined> {
    return this.#supervisor.operation(id, waitMs, signal);
  }

  status(): AgentStatus {
    const { enrolment, events } = this.#parts;
    const { lastContactMs } = this.#time;
    return {
      agentVersion,
      pid: process.pid,
      enrolment: {
        deviceId: enrolment.deviceId,
        server: enrolment.server,
        instanceId: enrolment.instanceId,
      },
      isOnline: this.#contact.isOnline,
      lastContactAt: lastContactMs === undefined ? null : new Date(lastContactMs).toISOString(),
      queuedEvents: events.queued,
      lastEventSequence: events.lastSequence,
      transfers: { isPaused: this.#delivery.transfers.isPaused },
      hostFiles: this.#delivery.hostFiles.status,
      officePeers: this.#delivery.officePeers.status,
      signedIn: this.#grants.list().map(({ userId, userName }) => ({ userId, userName })),
      workspaces: this.#supervisor.list().map((workspace) => ({
        ...workspace.status(),
        supportContact: workspace.state.record.policy.supportContact,
      })),
    };
  }

  get #intervals() {
    return readIntervals(this.#facts, this.#parts.enrolment.intervals);
  }

  #pace(intervalSeconds: () => number): Pace {
    const { clock, random } = this.#parts;
    return createPace({
      clock,
      random,
      intervalMs: () => intervalSeconds() * 1000,
      takeRetryAfterMs: () => this.#link.takeRetryAfterMs(),
    });
  }

  async #sync(signal: AbortSignal): Promise<void> {
    try {
      const token = await syncWithServer(
        {
          link: this.#link,
          grants: this.#grants,
          leases: this.#leases,
          contact: this.#contact,
          clock: this.#time,
          facts: this.#facts,
          inventory: this.#parts.inventory,
          statuses: () => Promise.resolve(this.#supervisor.statuses()),
        },
        signal,
      );
      this.#repository.setToken(token);
    } catch (error) {
      this.#repository.distrust();
      throw error;
    } finally {
      await this.#supervisor.refreshLeases();
    }
  }

  /** Looks at clocks and leases every few seconds. */
  async #enforce(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#enforceOnce().catch((error: unknown) => {
        if (!isStoreFull(error)) throw error;
        this.#warn('there is no room to write to the store', error);
      });
      await this.#parts.clock.sleep(enforcementIntervalMs, signal);
    }
  }

  async #enforceOnce(): Promise<void> {
    const { events } = this.#parts;
    const step = this.#time.tick();
    if (step) {
      events.record('AGENT-006', { ...step });
      // What time it really is, the server knows.
      this.sync().catch((error: unknown) => this.#warn('no contact after the clock was set', error));
    }
    for (const workspace of this.#supervisor.list()) {
      await enforceLease(workspace, { leases: this.#leases, events, clock: this.#time });
    }
  }

  #createDelivery(): Delivery {
    const { paths, enrolment, machines, events, clock, random } = this.#parts;
    return createDelivery({
      paths,
      facts: this.#facts,
      clock,
      leases: this.#leases,
      machines,
      repository: {
        server: enrolment.server,
        authority: enrolment.authority,
        authorize: () => this.#repository.authorize(),
      },
      records: () => this.#supervisor.list().map(({ state }) => state.record),
      random,
      onPeerLied: (peer) => events.record('IMAGE-006', { peer }),
      onTrouble: (what, error) => this.#warn(what, error),
    });
  }

  #createSupervisor(): Supervisor {
    const { database, clock } = this.#parts;
    const records = createWorkspaceRecords(database);
    return new Supervisor({
      records,
      leases: this.#leases,
      operations: createOperationStore(database),
      createWorkspace: (record, onProgress) =>
        this.#createWorkspace(record, new WorkspaceState(record, records, onProgress), onProgress),
      makeContact: () => this.#makeContact(),
      nowMs: () => clock.nowMs(),
      onUnexpected: (error) => this.#unexpected(error),
    });
  }

  #createWorkspace(record: WorkspaceRecord, state: WorkspaceState, onProgress: () => void): UserWorkspace {
    const { paths, events, database, machines, clock, random } = this.#parts;
    const delivery = this.#delivery;
    return new UserWorkspace({
      files: workspaceFiles(paths.workspaces, record),
      state,
      machines,
      events,
      transaction: (work) => database.transaction(work),
      leases: this.#leases,
      serveImage: (request) => delivery.serveImage(request),
      transfers: delivery.transfers,
      space: delivery.space,
      onBaseRemoved: () => delivery.trimIndexes(),
      hostMemory: { totalMiB: hostMemoryMiB(), availableMiB: availableMemoryMiB },
      clock,
      random,
      isOnline: () => this.#contact.isOnline,
      onProgress,
      onUnexpected: (error) => this.#unexpected(error),
    });
  }

  /** Whether the server is in reach decides what a start may do; how it went is known to the contact. */
  async #makeContact(): Promise<void> {
    const done = new AbortController();
    const contact = this.sync()
      .catch((error: unknown) => this.#warn('no contact before a start', error))
      .finally(() => done.abort());
    const giveUp = this.#parts.clock.sleep(contactBeforeStartMs, done.signal);
    await Promise.race([contact, giveUp.catch(() => contact)]);
  }

  #warn(what: string, error: unknown): void {
    this.#parts.log.warn(logged(error), what);
  }

  #unexpected(error: unknown): void {
    if (!isAbortError(error)) this.#parts.log.error(logged(error), 'unexpected failure');
  }
}

/** The end of a loop that was asked to end is no failure. */
async function passAbort(loop: Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await loop;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
