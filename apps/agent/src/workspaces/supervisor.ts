import { randomBytes } from 'node:crypto';
import { fail, type Lease, type WorkspaceStatus } from '@carrel/contract';
import { type Operation, type workspaceActionSchema } from '@carrel/contract/agent-api';
import { createId, isAppError } from '@carrel/kit';
import type { z } from 'zod';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import type { WorkspaceKey } from '../leases/lease-store.ts';
import { isStoreFull } from '../store/atomic-file.ts';
import type { EventQueue } from '../store/event-queue.ts';
import type { Withdrawal } from './deletion.ts';
import { leasedPart, newRecord } from './new-record.ts';
import { outcomeOf } from './operation-outcome.ts';
import type { OperationRecord, OperationStore } from './operations.ts';
import type { UserWorkspace } from './user-workspace.ts';
import type { WorkspaceRecord, WorkspaceRecords } from './workspace-record.ts';

export type WorkspaceAction = z.infer<typeof workspaceActionSchema>;

export interface SupervisorParts {
  readonly records: WorkspaceRecords;
  readonly leases: Pick<LeaseKeeper, 'list'>;
  readonly operations: OperationStore;
  /** Makes the living workspace of a record. */
  readonly createWorkspace: (record: WorkspaceRecord, hooks: WorkspaceHooks) => UserWorkspace;
  /** Tries to reach the server before a start; gives up by itself, and never rejects. */
  readonly makeContact: () => Promise<void>;
  /**
   * Whether this is the person the workspace belongs to, by the server, or without it as the policy allows.
   *
   * @throws {SIGN_IN_FAILED} and the other reasons for which a sign-in is refused
   */
  readonly verifyPerson: (userName: string, password: string) => Promise<'server' | 'verifier'>;
  readonly events: Pick<EventQueue, 'record'>;
  readonly nowMs: () => number;
  readonly onUnexpected: (error: unknown) => void;
}

export interface WorkspaceHooks {
  /** To be called at every change. */
  readonly onProgress: () => void;
  /** Everything of it was removed: forgets its record. */
  readonly forget: () => void;
}

interface Supervised {
  readonly workspace: UserWorkspace;
  readonly end: AbortController;
  /** Resolved before it was begun. */
  ended: Promise<void>;
}

/** All workspaces of this computer, and the actions asked of them. */
export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #supervised = new Map<string, Supervised>();

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    for (const record of parts.records.list()) this.#add(record);
  }

  /** Lets the workspaces run that were here before. */
  begin(): void {
    for (const supervised of this.#supervised.values()) this.#run(supervised);
  }

  list(): UserWorkspace[] {
    return [...this.#supervised.values()].map(({ workspace }) => workspace);
  }

  statuses(): WorkspaceStatus[] {
    return this.list().map((workspace) => workspace.status());
  }

  /**
   * Brings the workspaces in line with the leases: new ones appear, those that hold nothing any more go, and what is
   * told of new versions, deadlines above all, is on disk.
   */
  async refreshLeases(): Promise<void> {
    const leases = await this.#parts.leases.list();
    for (const lease of leases) this.#applyLease(lease);
    for (const { workspace } of [...this.#supervised.values()]) {
      const { record } = workspace.state;
      if (leases.some((lease) => keyText(lease) === keyText(record))) continue;
      workspace.setLease(undefined);
      const isEmpty = !workspace.hasGuest && !record.overlay && record.bases.length === 0;
      if (isEmpty && workspace.isSettled) await this.#forget(workspace);
    }
    for (const workspace of this.list()) await workspace.lookAtUpdate();
  }

  /** The server ended permissions: why, for what is to become of the workspaces. */
  noteWithdrawal(isConcerned: (key: WorkspaceKey) => boolean, withdrawal: Withdrawal): void {
    for (const { state } of this.list()) {
      if (isConcerned(state.record) && state.record.withdrawal !== withdrawal) state.update({ withdrawal });
    }
  }

  /**
   * Begins an action; it goes on when the caller is gone, and after a restart of the agent.
   *
   * @throws {NOT_FOUND} no such workspace here
   * @throws the reason for which it is refused
   */
  async act(action: WorkspaceAction): Promise<Operation> {
    if (action.action === 'start' || action.action === 'update') await this.#parts.makeContact();
    const workspace = this.#find(action);
    const { record } = workspace.state;
    await this.#begin(workspace, action);
    const id = createId<'operation'>(this.#parts.nowMs(), randomBytes(10));
    const operation: OperationRecord = {
      id,
      action: action.action,
      workspaceId: record.workspaceId,
      userId: record.userId,
      state: 'running',
      phase: action.action,
      error: null,
    };
    this.#parts.operations.put(operation);
    this.#settle(workspace);
    return this.#show(this.#parts.operations.find(id) ?? operation);
  }

  /** Waits up to `waitMs` for a change while the operation is running. `undefined` when there is none of this id. */
  async operation(id: string, waitMs: number, signal: AbortSignal): Promise<Operation | undefined> {
    const { operations } = this.#parts;
    const record = operations.find(id);
    if (!record) return undefined;
    const before = this.#show(record);
    const ending = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
    for (;;) {
      const now = this.#show(operations.find(id) ?? record);
      const isChanged = JSON.stringify(now) !== JSON.stringify(before);
      if (now.state !== 'running' || isChanged || ending.aborted) return now;
      await operations.waitForChange(ending);
    }
  }

  /** Lets go of all guests, which run on. */
  async close(): Promise<void> {
    const supervised = [...this.#supervised.values()];
    for (const { end } of supervised) end.abort();
    await Promise.all(supervised.map(({ ended }) => ended));
  }

  async #begin(workspace: UserWorkspace, action: WorkspaceAction): Promise<void> {
    switch (action.action) {
      case 'start':
        return workspace.start(action.isVersionKept);
      case 'stop':
        workspace.stop(action.force);
        return;
      case 'restart':
        return workspace.restart();
      case 'lock':
        workspace.lock('person');
        return;
      case 'unlock':
        return this.#unlock(workspace, action.password ?? '');
      case 'pull':
        workspace.pull(action.from ?? null);
        return;
      case 'reset':
        workspace.reset();
        return;
      case 'update':
        return workspace.update(action.isConfirmed);
      case 'go-back':
        workspace.goBack();
    }
  }

  /** @throws {SIGN_IN_FAILED} and the other reasons for which a sign-in is refused; the refusal is recorded */
  async #unlock(workspace: UserWorkspace, password: string): Promise<void> {
    const { record, subject } = workspace.state;
    if (!record.lock) return;
    try {
      workspace.unlock(await this.#parts.verifyPerson(record.userName, password));
    } catch (error) {
      if (!isAppError(error)) throw error;
      const fields = { workspace: record.workspaceName, code: error.code };
      this.#parts.events.record('WORKSPACE-012', fields, subject);
      throw error;
    }
  }

  #add(record: WorkspaceRecord): Supervised {
    const workspace = this.#parts.createWorkspace(record, {
      onProgress: () => this.#onProgress(record),
      forget: () => this.#forgetDeleted(record),
    });
    const supervised = { workspace, end: new AbortController(), ended: Promise.resolve() };
    this.#supervised.set(keyText(record), supervised);
    return supervised;
  }

  #run(supervised: Supervised): void {
    supervised.ended = supervised.workspace.run(supervised.end.signal).catch(this.#parts.onUnexpected);
  }

  #supervise(record: WorkspaceRecord): UserWorkspace {
    const supervised = this.#add(record);
    this.#run(supervised);
    return supervised.workspace;
  }

  async #forget({ state: { record } }: UserWorkspace): Promise<void> {
    const supervised = this.#supervised.get(keyText(record));
    this.#supervised.delete(keyText(record));
    supervised?.end.abort();
    await supervised?.ended;
    this.#parts.records.remove(record);
  }

  /** Called from within the workspace's own loop, which therefore ends afterwards. */
  #forgetDeleted(key: WorkspaceKey): void {
    const supervised = this.#supervised.get(keyText(key));
    this.#parts.records.remove(key);
    this.#supervised.delete(keyText(key));
    supervised?.end.abort();
    this.#parts.operations.announce();
  }

  #onProgress(key: WorkspaceKey): void {
    const supervised = this.#supervised.get(keyText(key));
    try {
      if (supervised) this.#settle(supervised.workspace);
    } catch (error) {
      // Told again at the next change, when there may be room.
      if (!isStoreFull(error)) throw error;
      this.#parts.onUnexpected(error);
    }
    this.#parts.operations.announce();
  }

  #applyLease(lease: Lease): void {
    const known = this.#supervised.get(keyText(lease))?.workspace;
    const workspace = known ?? this.#supervise(newRecord(lease, this.#freeSlot()));
    if (workspace.state.record.deletion) {
      // What is left of it is removed, whatever is permitted meanwhile.
      workspace.setLease(undefined);
      return;
    }
    const next = leasedPart(lease);
    const { workspaceName, userName, policy } = workspace.state.record;
    if (!known || JSON.stringify(next) !== JSON.stringify({ workspaceName, userName, policy })) {
      workspace.state.update(next);
    }
    workspace.setLease(lease);
  }

  /** The lowest number that no workspace here has. */
  #freeSlot(): number {
    const taken = new Set(this.list().map(({ state }) => state.record.slot));
    let slot = 0;
    while (taken.has(slot)) slot += 1;
    return slot;
  }

  #find({ workspace: nameOrId, userName }: WorkspaceAction): UserWorkspace {
    const named = this.list().filter(({ state: { record } }) => {
      const isNamed = record.workspaceName === nameOrId || record.workspaceId === nameOrId;
      return isNamed && (userName === undefined || record.userName === userName);
    });
    const [found, second] = named;
    if (!found) throw fail('NOT_FOUND', { kind: 'workspace', id: nameOrId });
    if (second) {
      const reason = `several people have the workspace ${nameOrId}: name one with --user`;
      throw fail('REQUEST_INVALID', { reason });
    }
    return found;
  }

  /** Writes down which of the workspace's actions have come to an end. */
  #settle(workspace: UserWorkspace): void {
    const { record } = workspace.state;
    const image = workspace.lease?.image.manifestDigest;
    for (const operation of this.#parts.operations.running(record)) {
      const outcome = outcomeOf(operation.action, {
        record,
        hasGuest: workspace.hasGuest,
        isHeld: workspace.isHeld,
        isAtRest: workspace.isAtRest,
        isImageComplete: image !== undefined && (workspace.state.base(image)?.isComplete ?? false),
        fetchError: workspace.fetchError,
      });
      const phase = outcome.state === 'running' ? workspace.status().state : outcome.state;
      const isNews = outcome.state !== 'running' || phase !== operation.phase;
      if (isNews) this.#parts.operations.put({ ...operation, error: null, ...outcome, phase });
    }
  }

  #show({ workspaceId, userId, ...operation }: OperationRecord): Operation {
    const key = { workspaceId, userId };
    return { ...operation, status: this.#supervised.get(keyText(key))?.workspace.status() ?? null };
  }
}

function keyText({ workspaceId, userId }: WorkspaceKey): string {
  return `${workspaceId}/${userId}`;
}
