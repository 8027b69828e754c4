import { rm } from 'node:fs/promises';
import { fail, type Lease, type WorkspacePolicy } from '@carrel/contract';
import type { DiskKey, NbdSource, RunAs } from '@carrel/hypervisor';
import { resolveMemoryMiB } from '@carrel/policy';
import { requireNames } from '../guest-network/require-names.ts';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import { streamStartRate } from '../transfers/stream-pace.ts';
import type { Transfers } from '../transfers/transfers.ts';
import { type DeletionParts, deleteWorkspace } from './delete-workspace.ts';
import type { GuestControl } from './guest-control.ts';
import type { ImageControl, ImageTicket } from './image-control.ts';
import type { MachinePlan } from './machines.ts';
import type { Step } from './plan-steps.ts';
import { requireSpace, type StoreSpace } from './store-space.ts';
import { machineUuid } from './workspace-files.ts';
import type { BaseRecord } from './workspace-record.ts';

/** The computer, as far as guests need it. */
export interface HostMemory {
  readonly totalMiB: number;
  availableMiB(): number;
}

export interface StepExecutorParts extends DeletionParts {
  readonly guest: GuestControl;
  readonly image: ImageControl;
  readonly leases: Pick<LeaseKeeper, 'openKeys' | 'forget'>;
  readonly hostMemory: HostMemory;
  readonly space: StoreSpace;
  readonly transfers: Pick<Transfers, 'allowance'>;
  /** Runs the check of the computer that the policy asks for, if any. @throws {HOST_VERIFICATION_FAILED} */
  readonly verifyHost: (lease: Lease, signal: AbortSignal) => Promise<void>;
  /**
   * The lease that allows a start right now.
   *
   * @throws the code it is refused with
   */
  readonly requirePermission: () => Promise<Lease>;
  /** The lease last seen, whatever time says of it. */
  readonly lease: () => Lease | undefined;
  readonly trustedNowMs: () => number;
}

const dayMs = 86_400_000;

/** Takes single steps of a plan for one workspace. Each may be taken again after it failed or was cut off. */
export class StepExecutor {
  readonly #parts: StepExecutorParts;

  constructor(parts: StepExecutorParts) {
    this.#parts = parts;
  }

  /** @throws what the step failed with */
  async execute(step: Step, signal: AbortSignal): Promise<void> {
    const { guest, image } = this.#parts;
    switch (step.kind) {
      case 'stop-guest':
        return guest.stop(step.manner);
      case 'hold-guest':
        return guest.hold();
      case 'let-guest-go-on':
        return guest.letGoOn();
      case 'stop-storage-daemon':
        return image.endStream();
      case 'close-image':
        return image.close();
      case 'serve-image':
        return this.#serveImage(step.image, signal);
      case 'prepare-disks':
        return this.#prepareDisks(step.image, signal);
      case 'start-guest':
        return this.#startGuest(step.image, signal);
      case 'stream-in-guest':
        return this.#streamInGuest(step.image);
      case 'stream-in-storage-daemon':
        return this.#streamInStorageDaemon(step.image);
      case 'discard-overlay':
        return this.#discardOverlay(step.isReset);
      case 'replace-overlay':
        return this.#replaceOverlay(step.image);
      case 'discard-previous':
        return this.#discardPrevious();
      case 'remove-base':
        return this.#removeBase(step.image);
      case 'delete-workspace':
        return deleteWorkspace(this.#parts);
    }
  }

  async #serveImage(image: string, signal: AbortSignal): Promise<void> {
    const { files, machines } = this.#parts;
    await machines.makeFolder(files.folder, await this.#runAs());
    await this.#parts.image.serve(this.#ticket(image), signal);
    await machines.shareSocket(files.imageSocket, await this.#runAs());
  }

  async #prepareDisks(image: string, signal: AbortSignal): Promise<void> {
    const { files, guest, machines, state } = this.#parts;
    const ticket = this.#ticket(image);
    const { servedDataBytes } = this.#parts.image;
    if (!state.base(image) && servedDataBytes !== undefined) {
      await requireSpace(this.#parts.space, servedDataBytes, files.folder);
    }
    // A file without a record is what an earlier agent did not come to write down.
    const overlayPath = files.overlay(state.record.overlayDisk);
    if (!state.record.overlay) await machines.discardOverlay(files.folder, overlayPath);
    await machines.prepareDisks({
      folder: files.folder,
      basePath: files.base(image),
      overlayPath: guest.machine ? undefined : overlayPath,
      virtualSizeBytes: ticket.source.virtualSizeBytes,
      key: await this.#diskKey(ticket),
      source: this.#source,
      runAs: await this.#runAs(),
      signal,
    });
    if (!state.base(image)) this.#parts.image.begin(ticket);
    if (!state.record.overlay) state.update({ overlay: { image, isUsed: false }, isSaved: false });
  }

  async #startGuest(image: string, signal: AbortSignal): Promise<void> {
    const lease = await this.#parts.requirePermission();
    const base = this.#base(image);
    requireNames(lease, base.source.machine);
    await this.#parts.verifyHost(lease, signal);
    const plan = await this.#planMachine(base, lease);
    const availableMiB = this.#parts.hostMemory.availableMiB();
    if (plan.memoryMiB > availableMiB) {
      throw fail('HOST_MEMORY_SHORT', { neededMiB: plan.memoryMiB, availableMiB });
    }
    this.#parts.image.prefetchBoot();
    await this.#parts.guest.start(plan, await this.#diskKey(base), image, signal);
  }

  async #planMachine({ source, isComplete }: BaseRecord, lease: Lease): Promise<MachinePlan> {
    const { files, state, hostMemory } = this.#parts;
    const { record } = state;
    const { policy, deviceId } = lease;
    const { minimumCpus, minimumMemoryMiB } = source.machine;
    return {
      name: `${record.workspaceName} (${record.userName})`,
      uuid: machineUuid(record),
      folder: files.folder,
      description: source.machine,
      cpus: Math.max(policy.virtualMachine.cpus, minimumCpus),
      memoryMiB: resolveMemoryMiB(policy.performance.memoryTable, hostMemory.totalMiB, minimumMemoryMiB),
      network: guestNetwork(policy.network, [deviceId, record.workspaceId, record.userId].join('/')),
      basePath: files.base(source.manifestDigest),
      overlayPath: files.overlay(record.overlayDisk),
      source: isComplete ? undefined : this.#source,
      runAs: await this.#runAs(),
    };
  }

  async #streamInGuest(image: string): Promise<void> {
    const { guest, transfers, state } = this.#parts;
    const rateBytesPerSecond = streamStartRate(transfers.allowance(state.record.policy.transferRate));
    const job = await guest.machine?.streamImage({ rateBytesPerSecond });
    if (job) this.#parts.image.follow('guest', job, () => Promise.resolve());
    else if (guest.machine) this.#parts.image.complete(image);
  }

  async #streamInStorageDaemon(image: string): Promise<void> {
    const { files, machines } = this.#parts;
    const job = await machines.stream({
      folder: files.folder,
      basePath: files.base(image),
      source: this.#source,
      key: await this.#diskKey(this.#base(image)),
      runAs: await this.#runAs(),
      // Every read of its own goes through the limiter.
      rateBytesPerSecond: 0,
    });
    this.#parts.image.follow('storage-daemon', job, async () => {
      await job[Symbol.asyncDispose]();
    });
  }

  async #discardOverlay(isReset: boolean): Promise<void> {
    const { files, state, events, machines } = this.#parts;
    await machines.discardOverlay(files.folder, files.overlay(state.record.overlayDisk));
    state.update({
      overlay: null,
      isSaved: false,
      wanted: { ...state.record.wanted, isResetWanted: false },
    });
    if (isReset) events.record('WORKSPACE-008', { workspace: state.record.workspaceName }, state.subject);
  }

  /** Which file is which is a matter of the record alone, so it changes at once or not at all. */
  async #replaceOverlay(image: string): Promise<void> {
    const { files, state, events, machines, transaction, trustedNowMs } = this.#parts;
    await machines.discardSavedState(files.folder);
    const { overlay, overlayDisk, previous, policy, wanted, workspaceName } = state.record;
    if (!overlay) return;
    const days = policy.keepPreviousDays;
    const { version } = this.#base(overlay.image).source;
    const isBack = previous?.image === image;
    const otherDisk = overlayDisk === 'a' ? 'b' : 'a';
    const keptUntilMs = trustedNowMs() + days * dayMs;
    transaction(() => {
      state.update({
        overlay: isBack ? { image, isUsed: true } : null,
        overlayDisk: otherDisk,
        previous: { image: overlay.image, version, disk: overlayDisk, keptUntilMs },
        isSaved: false,
        wanted: { ...wanted, moveTo: null },
      });
      events.record('WORKSPACE-020', { workspace: workspaceName, version, days }, state.subject);
    });
    // What was put aside before gives its place to the next disk; left there, it goes when that is made.
    if (!isBack) await rm(files.overlay(otherDisk), { force: true });
  }

  async #discardPrevious(): Promise<void> {
    const { files, state, events, transaction } = this.#parts;
    const { previous, workspaceName } = state.record;
    if (!previous) return;
    const { version } = previous;
    transaction(() => {
      state.update({ previous: null });
      events.record('WORKSPACE-021', { workspace: workspaceName, version }, state.subject);
    });
    // A file that stays when this process ends right here is removed at its next start.
    await rm(files.overlay(previous.disk), { force: true });
  }

  async #removeBase(image: string): Promise<void> {
    const { files, state, events, transaction } = this.#parts;
    const { source } = this.#base(image);
    transaction(() => {
      state.removeBase(image);
      events.record('IMAGE-005', { image: source.name, version: source.version }, state.subject);
    });
    // A file that stays when this process ends right here is removed at its next start.
    await rm(files.base(image), { force: true });
    await this.#parts.onBaseRemoved();
  }

  /** A base goes on with the lease it was begun under; a new one begins under the present lease. */
  #ticket(image: string): ImageTicket {
    const base = this.#parts.state.base(image);
    if (base) return base;
    const lease = this.#parts.lease();
    if (lease?.image.manifestDigest !== image) {
      throw fail('LEASE_MISSING', { workspace: this.#parts.state.record.workspaceName });
    }
    return { source: lease.image, sealedKeys: lease.sealedKeys };
  }

  #base(image: string): BaseRecord {
    const base = this.#parts.state.base(image);
    if (base) return base;
    const { folder } = this.#parts.files;
    throw fail('STORE_DAMAGED', { path: folder, reason: 'the copy of the image is missing' });
  }

  async #diskKey({ sealedKeys }: ImageTicket): Promise<DiskKey> {
    const { diskKey } = await this.#parts.leases.openKeys(sealedKeys);
    return new Uint8Array(Buffer.from(diskKey, 'base64url'));
  }

  get #source(): NbdSource {
    return { socketPath: this.#parts.files.imageSocket, exportName: '' };
  }

  #runAs(): Promise<RunAs | undefined> {
    return this.#parts.machines.runAs(this.#parts.state.record.slot);
  }
}

function guestNetwork(
  { mode, bridgedAdapters }: WorkspacePolicy['network'],
  identity: string,
): MachinePlan['network'] {
  if (mode === 'none') return { mode };
  return mode === 'bridge' ? { mode, identity, adapters: bridgedAdapters } : { mode, identity };
}
