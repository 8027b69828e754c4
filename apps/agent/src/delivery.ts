import { statfs } from 'node:fs/promises';
import type { BaseExport } from '@carrel/hypervisor';
import { HostIndex } from '@carrel/imaging';
import type { Clock } from '@carrel/kit';
import type { AgentPaths } from './agent-paths.ts';
import { createHostFiles, type HostFiles } from './images/host-files.ts';
import { createIndexCache } from './images/index-cache.ts';
import type { LocalCopy } from './images/local-copies.ts';
import { openLocalSeeds } from './images/local-seeds.ts';
import type { LeaseKeeper } from './leases/lease-keeper.ts';
import { createOfficeSwitch, type OfficeSwitch } from './peers/index.ts';
import type { Facts } from './store/facts.ts';
import { createTransfers, type Transfers } from './transfers/transfers.ts';
import type { Machines } from './workspaces/machines.ts';
import {
  type BuiltInRepository,
  type ImageRequest,
  type ServedImage,
  serveImage,
} from './workspaces/served-image.ts';
import { missingBytes, type StoreSpace } from './workspaces/store-space.ts';
import { sweepFolders } from './workspaces/sweep-folders.ts';
import { workspaceFiles } from './workspaces/workspace-files.ts';
import type { WorkspaceRecord } from './workspaces/workspace-record.ts';

export interface DeliveryParts {
  readonly paths: AgentPaths;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly leases: LeaseKeeper;
  readonly machines: Machines;
  readonly repository: BuiltInRepository;
  /** Of all workspaces of this computer, as they are now. */
  readonly records: () => readonly WorkspaceRecord[];
  readonly random: () => number;
  /** An office peer, by its address, gave data that was not what was packed. */
  readonly onPeerLied: (address: string) => void;
  /** Something that only saves work did not. */
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** How images come to this computer, and what they are made of: everything that workspaces share in that. */
export interface Delivery {
  readonly transfers: Transfers;
  readonly hostFiles: HostFiles;
  readonly officePeers: OfficeSwitch;
  readonly space: StoreSpace;
  serveImage(request: ImageRequest): Promise<ServedImage>;
  /** Removes what earlier agents left behind. Before any workspace is begun. */
  sweep(): Promise<void>;
  /** Removes indexes of images that are not here any more. */
  trimIndexes(): Promise<void>;
}

export function createDelivery(parts: DeliveryParts): Delivery {
  const { paths, facts, clock, leases, machines, records } = parts;
  const indexes = createIndexCache(paths.images);
  const seeds = {
    list: () => records().flatMap((record) => copiesOf(record, paths.workspaces)),
    leases,
    indexes,
    hostIndexFolder: paths.hostIndex,
    exportBase: async ({ folder, basePath, slot }: LocalCopy, key: Uint8Array): Promise<BaseExport> =>
      machines.exportBase({ folder, basePath, key, runAs: await machines.runAs(slot) }),
    onUnusable: ({ basePath }: LocalCopy, error: unknown) =>
      parts.onTrouble(`the copy ${basePath} is of no use as a seed`, error),
  };
  const officePeers = createOfficeSwitch({
    folder: paths.peerFrames,
    leases,
    clock,
    random: parts.random,
    onLied: parts.onPeerLied,
    onTrouble: parts.onTrouble,
  });
  const trimIndexes = (): Promise<void> =>
    indexes.retain(records().flatMap(({ bases }) => bases.map(({ source }) => source.manifestDigest)));
  return {
    transfers: createTransfers(facts, clock),
    hostFiles: createHostFiles({
      index: new HostIndex(paths.hostIndex),
      leases,
      isGuestStarting: () => records().some(isStarting),
      clock,
      onFailure: (error) => parts.onTrouble('the index of the files of this computer is not current', error),
    }),
    officePeers,
    space: {
      freeBytes: async () => {
        const { bavail, bsize } = await statfs(paths.workspaces);
        return bavail * bsize;
      },
      promisedBytes: () =>
        records()
          .flatMap(({ bases }) => bases)
          .reduce((sum, base) => sum + missingBytes(base), 0),
    },
    serveImage: (request) =>
      serveImage(request, {
        repository: parts.repository,
        indexes,
        openSeeds: (wanted) => openLocalSeeds(wanted, seeds),
        officePeers,
        clock,
        onTrouble: parts.onTrouble,
      }),
    sweep: async () => {
      const known = records().map((record) => workspaceFiles(paths.workspaces, record).folder);
      await sweepFolders(paths.workspaces, known);
      await trimIndexes();
    },
    trimIndexes,
  };
}

function copiesOf(record: WorkspaceRecord, parent: string): LocalCopy[] {
  if (record.deletion !== null) return [];
  const files = workspaceFiles(parent, record);
  return record.bases
    .filter(({ isComplete, isDamaged }) => isComplete && !isDamaged)
    .map(({ source, sealedKeys }) => ({
      source,
      sealedKeys,
      folder: files.folder,
      basePath: files.base(source.manifestDigest),
      slot: record.slot,
    }));
}

function isStarting({ wanted, guest }: WorkspaceRecord): boolean {
  return wanted.guest === 'running' && !guest?.isUp;
}
