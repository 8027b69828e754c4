import { type Lease, parseTransferRate, type WorkspacePolicy } from '@carrel/contract';
import { type AgentStatus } from '@carrel/contract/agent-api';
import { FrameStore, type SharedImage } from '@carrel/imaging';
import type { AppError, Clock } from '@carrel/kit';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import { repositoryKeysOf } from '../leases/repository-keys.ts';
import type { OfficeLimits } from './office-limits.ts';
import { OfficePeers, type ShareOptions } from './office-peers.ts';

export interface OfficeSwitchParts {
  /** For the frame store. */
  readonly folder: string;
  readonly leases: Pick<LeaseKeeper, 'list' | 'openKeys'>;
  readonly clock: Clock;
  readonly random: () => number;
  /** A peer gave something else than was packed; nothing of it was used. */
  readonly onLied: (address: string, error: AppError) => void;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Takes part in the office for as long as some permission here wants it; off there is no socket and no store. */
export interface OfficeSwitch {
  readonly status: AgentStatus['officePeers'];
  /** Runs until the signal is aborted; looks at the permissions every few seconds. */
  run(signal: AbortSignal): Promise<void>;
  /**
   * Shares an image while it is read, where a permission for it wants that; else `undefined`. The caller disposes of it.
   *
   * @throws what `openImage` throws
   */
  share(image: Lease['image'], options: ShareOptions): Promise<SharedImage | undefined>;
}

/** Registered for nothing else; firewalls are opened for it. */
const port = 47_600;
const maximumUploads = 8;
const lookMs = 5_000;
const tellAgainMs = 60_000;

export function createOfficeSwitch(parts: OfficeSwitchParts): OfficeSwitch {
  return new PolicySwitch(parts);
}

interface Running {
  readonly office: OfficePeers;
  /** What of the policies it was started under. */
  readonly terms: string;
}

/** What an agent says of its peers while it has none. */
export const officeStatusWhenOff: AgentStatus['officePeers'] = {
  state: 'off',
  addresses: [],
  peersSeen: 0,
  peersBanned: 0,
  storeBytes: 0,
  receivedBytes: 0,
  sentBytes: 0,
};

class PolicySwitch implements OfficeSwitch {
  readonly #parts: OfficeSwitchParts;
  #running: Running | undefined;
  #isStoreGone = false;
  #settling: Promise<void> = Promise.resolve();
  #isEnding = false;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: OfficeSwitchParts) {
    this.#parts = parts;
  }

  get status(): AgentStatus['officePeers'] {
    const status = this.#running?.office.status();
    return status ? { ...status, state: 'on', addresses: [...status.addresses] } : officeStatusWhenOff;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, onTrouble } = this.#parts;
    try {
      for (;;) {
        await this.#settle().catch((error: unknown) => onTrouble('office peers cannot be switched', error));
        await clock.sleep(lookMs, signal);
      }
    } finally {
      this.#isEnding = true;
      await this.#settling.catch(() => undefined);
      await this.#end();
    }
  }

  async share(image: Lease['image'], options: ShareOptions): Promise<SharedImage | undefined> {
    const wanting = await this.#wanting();
    if (!wanting.some((lease) => lease.image.manifestDigest === image.manifestDigest)) return undefined;
    await this.#settle();
    return this.#running?.office.share(options);
  }

  /** Brings about what the permissions say now; one at a time. */
  #settle(): Promise<void> {
    const settled = this.#settling.catch(() => undefined).then(() => this.#settleNow());
    this.#settling = settled;
    return settled;
  }

  async #settleNow(): Promise<void> {
    const { folder } = this.#parts;
    const wanting = this.#isEnding ? [] : await this.#wanting();
    const [first] = wanting;
    if (!first) {
      await this.#end();
      if (!this.#isEnding && !this.#isStoreGone) await FrameStore.remove(folder);
      this.#isStoreGone = !this.#isEnding;
      return;
    }
    await this.#begin(limitsOf(first.policy));
    const keys = await repositoryKeysOf(wanting, this.#parts.leases);
    for (const key of keys) this.#running?.office.admit(key);
    this.#running?.office.admitOnly(new Set(keys.map(({ keyId }) => keyId)));
  }

  async #begin(limits: OfficeLimits): Promise<void> {
    const { folder, clock, random, onLied } = this.#parts;
    const terms = JSON.stringify(limits);
    if (this.#running?.terms === terms) return;
    await this.#end();
    this.#isStoreGone = false;
    const office = await OfficePeers.start({
      folder,
      limits,
      clock,
      random,
      onLied,
      onTrouble: (error) => this.#tellOfTrouble(error),
    });
    this.#running = { office, terms };
  }

  /** A disk that cannot be written fails at every frame; once a minute is enough. */
  #tellOfTrouble(error: unknown): void {
    const { clock, onTrouble } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#toldAtMs < tellAgainMs) return;
    this.#toldAtMs = nowMs;
    onTrouble('office peers are in trouble', error);
  }

  async #end(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.office[Symbol.asyncDispose]();
  }

  /** Permissions that want it, always in the same order. */
  async #wanting(): Promise<readonly Lease[]> {
    const leases = await this.#parts.leases.list();
    return leases
      .filter(({ policy }) => policy.delivery.useOfficePeers)
      .toSorted((a, b) => a.workspaceName.localeCompare(b.workspaceName));
  }
}

function limitsOf({ delivery }: WorkspacePolicy): OfficeLimits {
  return {
    storeBytes: delivery.officePeersStoreMiB * 1024 ** 2,
    maximumUploads,
    uploadRate: parseTransferRate(delivery.officePeersUploadRate) ?? [],
    networks: delivery.officePeersNetworks,
    port,
  };
}
