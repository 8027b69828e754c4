import { type AgentStatus, fail, type Inventory, type Operation, routes } from '@carrel/contract';
import { type Clock, isAbortError } from '@carrel/kit';
import { createDeviceActions, type DeviceActions } from './actions/device-actions.ts';
import { type ActionParts, performAction } from './actions/perform-action.ts';
import { resealToPresentKey } from './actions/reseal.ts';
import { wipe } from './actions/wipe.ts';
import { type AgentLog, logged } from './agent-log.ts';
import type { AgentPaths } from './agent-paths.ts';
import { agentVersion } from './agent-version.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import type { DeviceKeys } from './identity/device-keys.ts';
import { deviceSecret } from './identity/device-secret.ts';
import type { Enrolment } from './identity/enrolment.ts';
import { availableMemoryMiB, hostMemoryMiB } from './identity/inventory.ts';
import { KeyRing } from './identity/key-ring.ts';
import { createLeaseKeeper, type LeaseKeeper } from './leases/lease-keeper.ts';
import { createLeaseStore } from './leases/lease-store.ts';
import { type Contact, createContact } from './link/contact.ts';
import { createEventLoop, type EventLoop } from './link/event-loop.ts';
import { createPace, type Pace } from './link/pace.ts';
import { createRepositoryAccess, type RepositoryAccess } from './link/repository-access.ts';
import { createServerLink, type ServerLink } from './link/server-link.ts';
import { readIntervals, syncWithServer } from './link/sync.ts';
import { createSyncLoop, type SyncLoop } from './link/sync-loop.ts';
import { type CodeSignIn, createCodeSignIn } from './sign-in/code-sign-in.ts';
import { type Credentials, type SignedIn, signIn } from './sign-in/sign-in.ts';
import { createVerifiers, type Verifiers } from './sign-in/verifiers.ts';
import { isStoreFull } from './store/atomic-file.ts';
import type { AgentDatabase } from './store/database.ts';
import type { EventQueue } from './store/event-queue.ts';
import { createFacts, type Facts } from './store/facts.ts';
import { createGrantStore, type GrantStore } from './store/grants.ts';
import { createLocalSecret } from './store/local-secret.ts';
import { createStoreSeal, type StoreSeal, withSeal } from './store/store-seal.ts';
import { createMachineTime, createSleepWatch } from './time/machine-time.ts';
import { createTrustedClock, type TrustedClock } from './time/trusted-clock.ts';
import { runEnforcement } from './workspaces/enforcement.ts';
import type { Machines } from './workspaces/machines.ts';
import { createOperationStore } from './workspaces/operations.ts';
import { describePermission } from './workspaces/permission-status.ts';
import { Supervisor, type WorkspaceAction, type WorkspaceHooks } from './workspaces/supervisor.ts';
import { UserWorkspace } from './workspaces/user-workspace.ts';
import { verifyHost } from './workspaces/verify-host.ts';
import { Waker } from './workspaces/waker.ts';
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

const contactBeforeStartMs = 10_000;

/** The agent of an enrolled computer: everything that runs, put together in one place. */
export class EnrolledAgent {
  readonly #parts: EnrolledAgentParts;
  readonly #facts: Facts;
  readonly #seal: StoreSeal;
  readonly #keys: KeyRing;
  readonly #grants: GrantStore;
  readonly #verifiers: Verifiers;
  readonly #actions: DeviceActions;
  /** Aborted when the server knows that everything here was removed. */
  readonly #wiped = new AbortController();
  #hasTriedContact = false;
  readonly #actionWaker = new Waker();
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
    this.#seal = createStoreSeal(database, deviceSecret(keys.local, 'store-seal'));
    this.#keys = new KeyRing(parts.paths.keys, keys);
    this.#grants = createGrantStore(database, createLocalSecret(keys.local));
    const verifierSecret = createLocalSecret(deviceSecret(keys.local, 'sign-in-verifiers'));
    this.#verifiers = createVerifiers(database, this.#seal, verifierSecret);
    const sealedFacts = withSeal(this.#facts, this.#seal);
    this.#time = createTrustedClock(sealedFacts, createMachineTime());
    this.#contact = createContact(sealedFacts, this.#time, events);
    this.#link = createServerLink(
      enrolment,
      () => this.#keys.signing,
      () => clock.nowMs(),
    );
    this.#actions = createDeviceActions(database, events, {
      onWipeTold: () => this.#wiped.abort(),
      onUnexpected: (error) => this.#unexpected(error),
    });
    this.#leases = createLeaseKeeper({
      store: createLeaseStore(database, this.#seal),
      seal: this.#seal,
      events,
      clock: this.#time,
      contact: this.#contact,
      verification: {
        keys: enrolment.leaseKeys.keys,
        issuer: enrolment.instanceId,
        deviceId: enrolment.deviceId,
      },
      sealingKeys: () => this.#keys.sealing,
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

  /**
   * Runs until the signal is aborted; guests run on after that.
   *
   * @returns whether everything here was removed at the server's wish, so that the enrolment is to be forgotten
   */
  async run(ending: AbortSignal): Promise<'ended' | 'wiped'> {
    const signal = AbortSignal.any([ending, this.#wiped.signal]);
    await this.#delivery.sweep();
    this.#supervisor.begin();
    await this.#supervisor.refreshLeases();
    const loops = [
      this.#syncLoop.run(signal),
      this.#eventLoop.run(signal),
      this.#enforce(signal),
      this.#performActions(signal),
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
    return this.#wiped.signal.aborted ? 'wiped' : 'ended';
  }

  /** An important event is worth a contact of its own. */
  hurryEvents(): void {
    this.#eventLoop.hurry();
  }

  /** @throws what the contact failed with */
  sync(): Promise<void> {
    return this.#syncLoop.syncNow();
  }

  /** @throws {SIGN_IN_FAILED} {OFFLINE_SIGN_IN_UNKNOWN} {OFFLINE_SIGN_IN_HELD} */
  signIn(credentials: Credentials): Promise<SignedIn> {
    return signIn(credentials, {
      link: this.#link,
      grants: this.#grants,
      leases: this.#leases,
      verifiers: this.#verifiers,
      events: this.#parts.events,
      clock: this.#time,
      sync: () => this.sync(),
    });
  }

  /** Sign-ins that people finish in a browser. */
  get codeSignIn(): CodeSignIn {
    const { events } = this.#parts;
    return createCodeSignIn({ link: this.#link, grants: this.#grants, events, sync: () => this.sync() });
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
        ...describePermission(workspace.state.record, this.#time.nowMs()),
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
          verifiers: this.#verifiers,
          leases: this.#leases,
          seal: this.#seal,
          actions: this.#actions,
          noteWithdrawal: (isConcerned, withdrawal) =>
            this.#supervisor.noteWithdrawal(isConcerned, withdrawal),
          contact: this.#contact,
          clock: this.#time,
          facts: this.#facts,
          inventory: this.#parts.inventory,
          statuses: () => Promise.resolve(this.#supervisor.statuses()),
        },
        signal,
      );
      this.#repository.setToken(token);
      await resealToPresentKey({
        keys: this.#keys,
        leases: this.#leases,
        states: () => this.#supervisor.list().map(({ state }) => state),
      });
    } catch (error) {
      this.#repository.distrust();
      throw error;
    } finally {
      this.#hasTriedContact = true;
      await this.#supervisor.refreshLeases();
      this.#actionWaker.wake();
    }
  }

  #enforce(signal: AbortSignal): Promise<void> {
    const { events, clock } = this.#parts;
    const parts = {
      leases: this.#leases,
      events,
      clock,
      trusted: this.#time,
      seal: this.#seal,
      sleptMs: createSleepWatch(),
      workspaces: () => this.#supervisor.list(),
      hasTriedContact: () => this.#hasTriedContact,
      askServer: (why: string) => {
        this.sync().catch((error: unknown) => this.#warn(`no contact after ${why}`, error));
      },
      onFailure: (error: unknown) => {
        if (!isStoreFull(error)) throw error;
        this.#warn('there is no room to write to the store', error);
      },
    };
    return runEnforcement(parts, signal);
  }

  /** What the server asked for, also before a restart of this agent. */
  async #performActions(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    signal.addEventListener('abort', () => this.#actionWaker.wake(), { once: true });
    while (!signal.aborted) {
      const before = this.#actions.finished().length;
      await this.#actions.performAll((action) => performAction(action, this.#actionParts, signal), signal);
      const hasNews = this.#actions.finished().length > before;
      if (hasNews) this.sync().catch((error: unknown) => this.#warn('an outcome was not told', error));
      await this.#actionWaker.wait(clock);
    }
  }

  get #actionParts(): ActionParts {
    const { paths, database, events, clock } = this.#parts;
    const supervisor = this.#supervisor;
    return {
      supervisor,
      clock,
      rotateKeys: async () => {
        await this.#keys.rotate(async (publicKeys) => {
          await this.#link.call(routes.rotateDeviceKeys, { body: publicKeys });
        });
        events.record('AGENT-011', {});
      },
      wipe: (signal) => wipe({ paths, database, seal: this.#seal, supervisor, events, clock }, signal),
    };
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
    const { database, clock, events } = this.#parts;
    const records = createWorkspaceRecords(database, this.#seal);
    return new Supervisor({
      events,
      verifyPerson: async (userName, password) => {
        const signedIn = await this.signIn({ userName, password });
        if (signedIn.userName.toLowerCase() !== userName.toLowerCase()) throw fail('SIGN_IN_FAILED', {});
        return signedIn.how;
      },
      records,
      leases: this.#leases,
      operations: createOperationStore(database),
      createWorkspace: (record, hooks) =>
        this.#createWorkspace(record, new WorkspaceState(record, records, hooks.onProgress), hooks),
      makeContact: () => this.#makeContact(),
      nowMs: () => clock.nowMs(),
      onUnexpected: (error) => this.#unexpected(error),
    });
  }

  #createWorkspace(record: WorkspaceRecord, state: WorkspaceState, hooks: WorkspaceHooks): UserWorkspace {
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
      ...hooks,
      verifyHost: (lease, signal) => verifyHost(lease, events, signal),
      onUnexpected: (error) => this.#unexpected(error),
    });
  }

  /** Whether the server is in reach decides what a start may do; how it went is known to the contact. */
  async #makeContact(): Promise<void> {
    const done = new AbortController();
    const contact = this.sync()
      .catch((error: unknown) => this.#warn('no contact before a start', error))
      .finally(() => done.abort());
    const giveUp = this.#parts.clock.sleep(contactBeforeStartMs, done.signal).then(() => {
      // A server that keeps silent is out of reach for a start; what its answer says later counts from then on.
      this.#contact.failed(fail('SERVER_UNREACHABLE', { server: this.#link.server, reason: 'no answer' }));
    });
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
