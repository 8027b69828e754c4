import type { Clock } from '@carrel/kit';
import type { GuestControl } from './guest-control.ts';
import type { ImageControl } from './image-control.ts';
import type { Machines } from './machines.ts';
import { sweepWorkspace } from './sweep-folders.ts';
import type { WorkspaceFiles } from './workspace-files.ts';
import type { WorkspaceState } from './workspace-state.ts';

export interface TakeOverParts {
  readonly guest: Pick<GuestControl, 'adopt'>;
  readonly image: Pick<ImageControl, 'complete'>;
  readonly machines: Pick<Machines, 'isWhole'>;
  readonly files: WorkspaceFiles;
  readonly state: WorkspaceState;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly onUnexpected: (error: unknown) => void;
}

const retryMs = 2_000;

/** Finds what an earlier agent left of a workspace. Until that is known nothing may be begun, so it is tried for ever. */
export async function takeOver(parts: TakeOverParts, signal: AbortSignal): Promise<void> {
  const { guest, files, state, clock, onUnexpected } = parts;
  while (!signal.aborted) {
    try {
      await guest.adopt();
      await sweepWorkspace(files, state.record);
      await noteWholeBases(parts);
      return;
    } catch (error) {
      onUnexpected(error);
      await clock.sleep(retryMs);
    }
  }
}

/** A guest's job may have ended while no agent was there to see it. */
async function noteWholeBases({ machines, files, state, image }: TakeOverParts): Promise<void> {
  for (const { source, isComplete } of state.record.bases) {
    const { manifestDigest } = source;
    if (!isComplete && (await machines.isWhole(files.base(manifestDigest)))) image.complete(manifestDigest);
  }
}
