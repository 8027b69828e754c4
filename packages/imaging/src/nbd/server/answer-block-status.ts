import type { DiskExtent } from '../../disk/disk-reader.ts';
import { blockState, commandFlag } from '../protocol/constants.ts';
import { type BlockRun, encodeBlockStatusChunk } from '../protocol/replies.ts';
import type { NbdRequest } from '../protocol/request.ts';
import { allocationContextId } from './negotiate.ts';
import { patiently } from './read-policy.ts';
import type { Transmission } from './transmission.ts';

/** A reply may cover less than was asked; the client asks on from there. */
const maxRuns = 4096;

/** The pieces of the reply to a block status request. Rejects when the disk does. */
export async function answerBlockStatus(
  request: NbdRequest,
  transmission: Transmission,
): Promise<Uint8Array[]> {
  const { view, signal } = transmission;
  const { offsetBytes, lengthBytes } = request;
  const limit = (request.flags & commandFlag.requestOne) !== 0 ? 1 : maxRuns;
  const list = (): Promise<BlockRun[]> =>
    collectBlockRuns(view.disk.extents(offsetBytes, lengthBytes, signal), limit);
  const runs = await patiently(list, view.patience, signal);
  return [encodeBlockStatusChunk(request.cookie, allocationContextId, runs)];
}

/** Joins neighbours of one kind; stops before the run after the last one wanted. */
async function collectBlockRuns(extents: AsyncIterable<DiskExtent>, limit: number): Promise<BlockRun[]> {
  const runs: BlockRun[] = [];
  for await (const extent of extents) {
    const state = extent.kind === 'zero' ? blockState.hole | blockState.zero : 0;
    const previous = runs.at(-1);
    if (previous?.state === state) {
      runs[runs.length - 1] = { lengthBytes: previous.lengthBytes + extent.lengthBytes, state };
    } else if (runs.length === limit) {
      break;
    } else runs.push({ lengthBytes: extent.lengthBytes, state });
  }
  return runs;
}
