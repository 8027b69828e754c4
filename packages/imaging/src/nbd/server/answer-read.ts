import type { DiskExtent, DiskReader } from '../../disk/disk-reader.ts';
import { commandFlag } from '../protocol/constants.ts';
import { encodeDataChunk, encodeHoleChunk, encodeSimpleReply } from '../protocol/replies.ts';
import type { NbdRequest } from '../protocol/request.ts';
import { patiently } from './read-policy.ts';
import { collectRuns } from './read-runs.ts';
import type { Transmission } from './transmission.ts';

/** The pieces of the reply to a read. Rejects when the disk does. */
export async function answerRead(request: NbdRequest, transmission: Transmission): Promise<Uint8Array[]> {
  const { session, view, signal } = transmission;
  const { cookie, offsetBytes, lengthBytes } = request;
  const readWhole = (): Promise<Uint8Array> => view.disk.read(offsetBytes, lengthBytes, signal);
  if (!session.isStructured) {
    return [encodeSimpleReply(cookie, 0), await patiently(readWhole, view.patience, signal)];
  }
  if ((request.flags & commandFlag.dontFragment) !== 0) {
    const data = await patiently(readWhole, view.patience, signal);
    return [encodeDataChunk(cookie, true, offsetBytes, lengthBytes), data];
  }
  const listRuns = (): Promise<DiskExtent[]> =>
    collectRuns(view.disk.extents(offsetBytes, lengthBytes, signal));
  const runs = await patiently(listRuns, view.patience, signal);
  const readRun = (run: DiskExtent): Promise<Uint8Array | undefined> => readData(view.disk, run, signal);
  const contents = await allOrFirstFailure(
    runs.map((run) => patiently(() => readRun(run), view.patience, signal)),
  );
  return runs.flatMap((run, index) => encodeRun(cookie, index === runs.length - 1, run, contents[index]));
}

async function readData(
  disk: DiskReader,
  run: DiskExtent,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  return run.kind === 'zero' ? undefined : await disk.read(run.offsetBytes, run.lengthBytes, signal);
}

function encodeRun(cookie: bigint, isLast: boolean, run: DiskExtent, data?: Uint8Array): Uint8Array[] {
  if (data === undefined) return [encodeHoleChunk(cookie, isLast, run.offsetBytes, run.lengthBytes)];
  return [encodeDataChunk(cookie, isLast, run.offsetBytes, run.lengthBytes), data];
}

/** Waits for all, so that nothing runs on unwatched, then gives the results or the first failure. */
async function allOrFirstFailure<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return await Promise.all(promises);
}
