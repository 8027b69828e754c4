import type { Clock } from '@carrel/kit';
import type { Layout } from './layout.ts';
import type { Mutex } from './mutex.ts';
import type { OpenBlobs } from './open-blobs.ts';
import type { RecentUse } from './recent-use.ts';

/** What the parts of the storage share. */
export interface StorageCore {
  readonly layout: Layout;
  readonly clock: Clock;
  readonly openBlobs: OpenBlobs;
  readonly recentUse: RecentUse;
  /**
   * Held while something comes to depend on a blob (commit, mount, manifest) and while garbage collection removes
   * one, so that neither happens between the other's look and its deed. Never held while bytes are received.
   */
  readonly references: Mutex;
}
