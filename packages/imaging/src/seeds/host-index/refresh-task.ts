import type { IndexFolders } from './default-folders.ts';
import type { IndexLimits } from './index-options.ts';
import type { RefreshCounts } from './index-refresh.ts';
import type { StopSwitch } from './pace.ts';

/** What the thread that refreshes an index is started with. */
export interface RefreshTask {
  /** The folder of all indexes, which is locked meanwhile. */
  readonly folder: string;
  /** The index of the key. */
  readonly path: string;
  readonly repositoryKey: Uint8Array;
  readonly folders: IndexFolders;
  readonly limits: IndexLimits;
  readonly crossesMounts: boolean;
  readonly rateBytesPerSecond: number | undefined;
  readonly stopSwitch: StopSwitch;
}

/** What it says. */
export type RefreshAnswer =
  | { readonly kind: 'progress'; readonly doneBytes: number; readonly folder: string }
  /** Another refresh is under way. */
  | { readonly kind: 'busy' }
  | {
      readonly kind: 'done';
      readonly isComplete: boolean;
      readonly counts: RefreshCounts;
      readonly files: number;
      readonly fileBytes: number;
      readonly cpuSeconds: number;
    };
