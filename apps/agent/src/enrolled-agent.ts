import { fail, type Inventory, routes } from '@carrel/contract';
import type { AgentStatus, Operation } from '@carrel/contract/agent-api';
import { isAbortError } from '@carrel/kit';
import { type ActionLoop, createActionLoop } from './actions/action-loop.ts';
import { createDeviceActions, type DeviceActions } from './actions/device-actions.ts';
import { type ActionParts, performAction } from './actions/perform-action.ts';
import { resealToPresentKey } from './actions/reseal.ts';
import { wipe } from './actions/wipe.ts';
import { type AgentLog, logged } from './agent-log.ts';
import { describeAgent } from './agent-status.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import { createGuestLoops } from './guest-loops.ts';
import { makeContactBeforeStart } from './link/contact-before-start.ts';
import { createEventLoop, type EventLoop } from './link/event-loop.ts';
import { createPace, type Pace } from './link/pace.ts';
import { createRepositoryAccess, type RepositoryAccess } from './link/repository-access.ts';
import { readIntervals, syncWithServer } from './link/sync.ts';
import { createSyncLoop, type SyncLoop } from './link/sync-loop.ts';
import { type Loop, runLoops } from './run-loops.ts';
import { type CodeSignIn, createCodeSignIn } from './sign-in/code-sign-in.ts';
import { type Credentials, type SignedIn, signIn } from './sign-in/sign-in.ts';
import { isStoreFull } from './store/atomic-file.ts';
import { createSleepWatch } from './time/machine-time.ts';
import { createTrust, type Trust, type TrustParts } from './trust.ts';
import { runEnforcement } from './workspaces/enforcement.ts';
import type { Machines } from './workspaces/machines.ts';
import { makeWorkspace } from './workspaces/make-workspace.ts';
import { createOperationStore } from './workspaces/operations.ts';
import { Supervisor, type WorkspaceAction } from './workspaces/supervisor.ts';
import { createWorkspaceRecords } from './workspaces/workspace-record.ts';

export interface EnrolledAgentParts extends TrustParts {
  readonly machines: Machines;
  readonly inventory: () => Promise<Inventory>;
  readonly random: () => number;
  readonly log: AgentLog;
}

/** The agent of an enrolled computer: everything that runs, put together in one place. */
export class EnrolledAgent {
  readonly #parts: EnrolledAgentParts;
  readonly #trust: Trust;
  readonly #actions: DeviceActions;
  readonly #actionLoop: ActionLoop;
  /** Aborted when the server knows that everything here was removed. */
  readonly #wiped = new AbortController();
  #hasTriedContact = false;
  readonly #repository: RepositoryAccess;
  readonly #delivery: Delivery;
  readonly #supervisor: Supervisor;
  readonly #syncLoop: SyncLoop;
  readonly #eventLoop: EventLoop;

  constructor(parts: EnrolledAgentParts) {
    const { database, events, clock } = parts;
    this.#parts = parts;
    this.#trust = createTrust(parts);
    this.#actions = createDeviceActions(database, events, {
      onWipeTold: () => this.#wiped.abort(),
      onUnexpected: (error) => this.#unexpected(error),
    });
    this.#repository = createRepositoryAccess(clock, () => this.sync());
    this.#syncLoop = createSyncLoop(
      (signal) => this.#sync(signal),
      this.#pace(() => this.#intervals.policySeconds),
      (error) => this.#warn('contact failed', error),
    );
    this.#eventLoop = createEventLoop({
      events,
      link: this.#trust.link,
      contact: this.#trust.contact,
      pace: this.#pace(() => this.#intervals.eventSeconds),
      clock,
      onFailure: (what, error) => this.#warn(what, error),
    });
    this.#actionLoop = this.#createActionLoop();
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
    const enforcement = { run: (ends: AbortSignal) => this.#enforce(ends) };
    const loops = [this.#syncLoop, this.#eventLoop, enforcement, this.#actionLoop, ...this.#guestLoops()];
    try {
      await runLoops([...loops, this.#delivery.hostFiles, this.#delivery.officePeers], signal);
    } finally {
      await this.#supervisor.close();
      this.#parts.events.record('AGENT-003', {});
      await this.#eventLoop.sendLast();
      await this.#trust.link[Symbol.asyncDispose]();
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
      ...this.#trust,
      events: this.#parts.events,
      clock: this.#trust.time,
      sync: () => this.sync(),
    });
  }

  /** Sign-ins that people finish in a browser. */
  get codeSignIn(): CodeSignIn {
    const { events } = this.#parts;
    return createCodeSignIn({
      link: this.#trust.link,
      grants: this.#trust.grants,
      events,
      sync: () => this.sync(),
    });
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
    return describeAgent({
      ...this.#trust,
      enrolment,
      events,
      delivery: this.#delivery,
      supervisor: this.#supervisor,
    });
  }

  get #intervals() {
    return readIntervals(this.#trust.facts, this.#parts.enrolment.intervals);
  }

  #pace(intervalSeconds: () => number): Pace {
    const { clock, random } = this.#parts;
    return createPace({
      clock,
      random,
      intervalMs: () => intervalSeconds() * 1000,
      takeRetryAfterMs: () => this.#trust.link.takeRetryAfterMs(),
    });
  }

  async #sync(signal: AbortSignal): Promise<void> {
    try {
      const token = await syncWithServer(
        {
          ...this.#trust,
          clock: this.#trust.time,
          actions: this.#actions,
          inventory: this.#parts.inventory,
          statuses: () => Promise.resolve(this.#supervisor.statuses()),
          noteWithdrawal: (isConcerned, withdrawal) =>
            this.#supervisor.noteWithdrawal(isConcerned, withdrawal),
        },
        signal,
      );
      this.#repository.setToken(token);
      // The way is open: what waited for it goes now.
      if (this.#parts.events.queued > 0) this.#eventLoop.hurry();
      await resealToPresentKey({
        keys: this.#trust.keys,
        leases: this.#trust.leases,
        states: () => this.#supervisor.list().map(({ state }) => state),
      });
    } catch (error) {
      this.#repository.distrust();
      throw error;
    } finally {
      this.#hasTriedContact = true;
      await this.#supervisor.refreshLeases();
      this.#actionLoop.wake();
    }
  }

  #enforce(signal: AbortSignal): Promise<void> {
    const { events, clock } = this.#parts;
    const parts = {
      ...this.#trust,
      events,
      clock,
      trusted: this.#trust.time,
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

  #guestLoops(): Loop[] {
    const onTrouble = (what: string, error: unknown): void => this.#warn(what, error);
    return createGuestLoops({ ...this.#parts, supervisor: this.#supervisor, onTrouble });
  }

  #createActionLoop(): ActionLoop {
    return createActionLoop({
      actions: this.#actions,
      perform: (action, signal) => performAction(action, this.#actionParts, signal),
      clock: this.#parts.clock,
      tell: () => {
        this.sync().catch((error: unknown) => this.#warn('an outcome was not told', error));
      },
    });
  }

  get #actionParts(): ActionParts {
    const { paths, database, events, clock } = this.#parts;
    const supervisor = this.#supervisor;
    return {
      supervisor,
      clock,
      rotateKeys: async () => {
        await this.#trust.keys.rotate(async (publicKeys) => {
          await this.#trust.link.call(routes.rotateDeviceKeys, { body: publicKeys });
        });
        events.record('AGENT-011', {});
      },
      wipe: (signal) =>
        wipe(
          {
            deliverEvents: () => this.#eventLoop.sendLast(),
            paths,
            database,
            seal: this.#trust.seal,
            supervisor,
            events,
            clock,
          },
          signal,
        ),
    };
  }

  #createDelivery(): Delivery {
    const { paths, enrolment, machines, events, clock, random } = this.#parts;
    return createDelivery({
      paths,
      facts: this.#trust.facts,
      clock,
      leases: this.#trust.leases,
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
    const records = createWorkspaceRecords(database, this.#trust.seal);
    return new Supervisor({
      events,
      verifyPerson: async (userName, password) => {
        const signedIn = await this.signIn({ userName, password });
        if (signedIn.userName.toLowerCase() !== userName.toLowerCase()) throw fail('SIGN_IN_FAILED', {});
        return signedIn.how;
      },
      records,
      leases: this.#trust.leases,
      operations: createOperationStore(database),
      createWorkspace: (record, hooks) =>
        makeWorkspace(record, hooks, {
          ...this.#parts,
          ...this.#trust,
          clock,
          records,
          delivery: this.#delivery,
          onUnexpected: (error) => this.#unexpected(error),
        }),
      makeContact: () =>
        makeContactBeforeStart({
          ...this.#trust,
          clock,
          sync: () => this.sync(),
          server: this.#trust.link.server,
          onFailure: (error) => this.#warn('no contact before a start', error),
        }),
      nowMs: () => clock.nowMs(),
      onUnexpected: (error) => this.#unexpected(error),
    });
  }

  #warn(what: string, error: unknown): void {
    this.#parts.log.warn(logged(error), what);
  }

  #unexpected(error: unknown): void {
    if (!isAbortError(error)) this.#parts.log.error(logged(error), 'unexpected failure');
  }
}
