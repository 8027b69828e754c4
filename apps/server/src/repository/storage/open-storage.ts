import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, LongOperationOptions } from '@carrel/kit';
import { Blobs } from './blobs.ts';
import { makeFolder, syncFolder } from './durable-files.ts';
import { executeGarbage, type GarbageReceipt } from './garbage-execute.ts';
import { type GarbageOptions, type GarbagePlan, planGarbage } from './garbage-plan.ts';
import { createLayout, type Layout } from './layout.ts';
import { Manifests } from './manifests.ts';
import { Mutex } from './mutex.ts';
import { OpenBlobs } from './open-blobs.ts';
import { RecentUse } from './recent-use.ts';
import { Uploads } from './uploads.ts';

export interface StorageOptions {
  /** Made where it is missing. One server at a time; the caller sees to that. */
  readonly folder: string;
  readonly clock: Clock;
  /** Uploads open at a time, default 1000. */
  readonly maximumUploads?: number;
}

/** The content of a repository: blobs by digest, shared by all names; manifests, tags and uploads by name. */
export interface RepositoryStorage extends AsyncDisposable {
  readonly blobs: Blobs;
  readonly manifests: Manifests;
  readonly uploads: Uploads;
  /** Finds what nobody needs; changes nothing. */
  planGarbage(options?: GarbageOptions): Promise<GarbagePlan>;
  /** Removes what the plan says, except what has come into use since. Doing it again continues it. */
  executeGarbage(plan: GarbagePlan, options?: LongOperationOptions): Promise<GarbageReceipt>;
}

/** Opens the storage in a folder, taking back what a killed server left half-written. The caller disposes of it. */
export async function openStorage(options: StorageOptions): Promise<RepositoryStorage> {
  const layout = createLayout(options.folder);
  await prepare(layout);
  const core = {
    layout,
    clock: options.clock,
    openBlobs: new OpenBlobs(layout),
    recentUse: new RecentUse(options.clock),
    references: new Mutex(),
  };
  const blobs = new Blobs(core);
  const manifests = new Manifests(core);
  const uploads = new Uploads(core, blobs, options.maximumUploads ?? 1000);
  await uploads.load();
  return {
    blobs,
    manifests,
    uploads,
    planGarbage: (garbageOptions = {}) => planGarbage(core, manifests, garbageOptions),
    executeGarbage: (plan, operation) => executeGarbage(core, manifests, plan, operation),
    [Symbol.asyncDispose]: () => core.openBlobs[Symbol.asyncDispose](),
  };
}

async function prepare(layout: Layout): Promise<void> {
  await rm(layout.temporary, { recursive: true, force: true });
  for (const folder of [layout.blobs, layout.names, layout.uploads, layout.temporary])
    await makeFolder(folder);
  const present = new Set(await readdir(layout.blobs));
  for (let byte = 0; byte < 256; byte += 1) {
    const folder = byte.toString(16).padStart(2, '0');
    if (!present.has(folder)) await mkdir(join(layout.blobs, folder));
  }
  if (present.size < 256) await syncFolder(layout.blobs);
}
