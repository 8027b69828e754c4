import type { AgentStatus } from '@carrel/contract/agent-api';
import {
  defaultIndexFolders,
  type HostIndex,
  type HostIndexStatus,
  indexPlatform,
  type RepositoryKey,
} from '@carrel/imaging';
import { type Clock, isAbortError, isAppError } from '@carrel/kit';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import { repositoryKeysOf } from '../leases/repository-keys.ts';

export interface HostFilesParts {
  readonly index: Pick<HostIndex, 'refresh' | 'status' | 'clear'>;
  readonly leases: Pick<LeaseKeeper, 'list' | 'openKeys'>;
  /** People wait for a guest, so the computer is theirs. */
  readonly isGuestStarting: () => boolean;
  readonly clock: Clock;
  /** The index could not be brought up to date; it is tried again. */
  readonly onFailure: (error: unknown) => void;
}

/** Keeps the index of the computer's own files for as long as some permission here allows its use. */
export interface HostFiles {
  readonly status: AgentStatus['hostFiles'];
  /** Runs until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** Whoever starts a workspace right after the agent has the computer to themselves. */
const firstLookMs = 60_000;
const lookMs = 5 * 60_000;
const refreshAfterMs = 24 * 3_600_000;
const watchMs = 1_000;
/** About a fifth of what a plain disk reads. */
const readRateBytesPerSecond = 24 * 1024 ** 2;

const nothing = { files: 0, fileBytes: 0, indexBytes: 0, refreshedAt: null };

export function createHostFiles(parts: HostFilesParts): HostFiles {
  return new IndexKeeper(parts);
}

class IndexKeeper implements HostFiles {
  readonly #parts: HostFilesParts;
  #status: AgentStatus['hostFiles'] = { state: 'waiting', ...nothing };

  constructor(parts: HostFilesParts) {
    this.#parts = parts;
  }

  get status(): AgentStatus['hostFiles'] {
    return this.#status;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, onFailure } = this.#parts;
    await this.#look('waiting');
    await clock.sleep(firstLookMs, signal);
    for (;;) {
      try {
        await this.#bringUpToDate(signal);
      } catch (error) {
        if (signal.aborted) throw error;
        if (!isAbortError(error)) onFailure(error);
        await this.#look('waiting');
      }
      await clock.sleep(lookMs, signal);
    }
  }

  async #bringUpToDate(signal: AbortSignal): Promise<void> {
    const { index, clock, leases } = this.#parts;
    const wanting = (await leases.list()).filter(({ policy }) => policy.delivery.useHostFiles);
    if (wanting.length === 0) {
      await index.clear();
      await this.#look('off');
      return;
    }
    for (const key of await repositoryKeysOf(wanting, this.#parts.leases)) {
      const known = (await index.status()).find(({ keyId }) => keyId === key.keyId);
      if (!isCurrent(known, clock.nowMs()) && !this.#parts.isGuestStarting())
        await this.#refresh(key, signal);
    }
    await this.#look('waiting');
  }

  /** Gives way to a guest that starts; what was done until then is kept. */
  async #refresh(key: RepositoryKey, signal: AbortSignal): Promise<void> {
    const { index, isGuestStarting, clock } = this.#parts;
    await this.#look('running');
    const done = new AbortController();
    const giveWay = new AbortController();
    const watch = async (): Promise<void> => {
      while (!isGuestStarting()) await clock.sleep(watchMs, done.signal);
      giveWay.abort();
    };
    const watching = watch().catch((error: unknown) => {
      if (!done.signal.aborted) throw error;
    });
    try {
      await index.refresh({
        key,
        folders: defaultIndexFolders(indexPlatform(process.platform), process.env),
        rateBytesPerSecond: readRateBytesPerSecond,
        signal: AbortSignal.any([signal, giveWay.signal]),
      });
    } finally {
      done.abort();
      await watching;
    }
  }

  async #look(state: AgentStatus['hostFiles']['state']): Promise<void> {
    const held = await this.#parts.index.status().catch((error: unknown): readonly HostIndexStatus[] => {
      if (!isAppError(error)) throw error;
      return [];
    });
    const sum = (of: (status: HostIndexStatus) => number): number =>
      held.reduce((total, status) => total + of(status), 0);
    const times = held.flatMap(({ refreshedAt }) => refreshedAt ?? []);
    this.#status = {
      state,
      // Each key has an index of the same files.
      files: Math.max(0, ...held.map(({ files }) => files)),
      fileBytes: Math.max(0, ...held.map(({ fileBytes }) => fileBytes)),
      indexBytes: sum(({ indexBytes }) => indexBytes),
      refreshedAt: times.toSorted()[0] ?? null,
    };
  }
}

function isCurrent(index: HostIndexStatus | undefined, nowMs: number): boolean {
  if (index?.refreshedAt === null || index === undefined) return false;
  const ageMs = nowMs - Date.parse(index.refreshedAt);
  // Negative after the clock was set back.
  return ageMs >= 0 && ageMs < refreshAfterMs;
}
