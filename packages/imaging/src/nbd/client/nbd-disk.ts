import type { DiskExtent } from '../../disk/disk-reader.ts';
import { joinExtents } from '../../disk/join-extents.ts';
import { blockState } from '../protocol/constants.ts';
import type { BlockRun } from '../protocol/replies.ts';
import type { NbdConnection } from './nbd-connection.ts';
import type { NbdDiskReader } from './nbd-disk-reader.ts';
import type { RemoteExport } from './negotiate-export.ts';
import { protocolError } from './pending-request.ts';

/** Longer reads are cut into requests of this size, which the server works on at the same time. */
const pieceBytes = 2 * 1024 * 1024;
const maxStatusBytes = 1024 * 1024 * 1024;

/** A disk reader over one NBD connection: cuts and aligns requests as the server wants them. */
export class NbdDisk implements NbdDiskReader {
  readonly sizeBytes: number;
  readonly hasBlockStatus: boolean;
  readonly isReadOnly: boolean;
  readonly #connection: NbdConnection;
  readonly #remote: RemoteExport;

  constructor(connection: NbdConnection, remote: RemoteExport) {
    this.#connection = connection;
    this.#remote = remote;
    this.sizeBytes = remote.sizeBytes;
    this.hasBlockStatus = remote.allocationContextId !== undefined;
    this.isReadOnly = remote.isReadOnly;
  }

  async read(offsetBytes: number, lengthBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    this.#assertInside(offsetBytes, lengthBytes);
    if (lengthBytes === 0) return new Uint8Array(0);
    const [start, end] = this.#aligned(offsetBytes, lengthBytes);
    const stepBytes = Math.max(
      this.#remote.minBlockBytes,
      Math.min(pieceBytes, this.#remote.maxRequestBytes),
    );
    if (end - start <= stepBytes) {
      const data = await this.#connection.read(start, end - start, signal);
      return data.length === lengthBytes ? data : data.subarray(offsetBytes - start).subarray(0, lengthBytes);
    }
    const whole = Buffer.allocUnsafe(end - start);
    const starts = Array.from(
      { length: Math.ceil((end - start) / stepBytes) },
      (_, i) => start + i * stepBytes,
    );
    await Promise.all(
      starts.map(async (at) => {
        const piece = await this.#connection.read(at, Math.min(stepBytes, end - at), signal);
        whole.set(piece, at - start);
      }),
    );
    return whole.subarray(offsetBytes - start, offsetBytes - start + lengthBytes);
  }

  extents(offsetBytes: number, lengthBytes: number, signal?: AbortSignal): AsyncIterable<DiskExtent> {
    this.#assertInside(offsetBytes, lengthBytes);
    return joinExtents(this.#statusExtents(offsetBytes, offsetBytes + lengthBytes, signal));
  }

  async *#statusExtents(from: number, to: number, signal?: AbortSignal): AsyncIterable<DiskExtent> {
    if (!this.hasBlockStatus) {
      if (to > from) yield { offsetBytes: from, lengthBytes: to - from, kind: 'data' };
      return;
    }
    let at = from;
    while (at < to) {
      const [start, end] = this.#aligned(at, Math.min(to - at, maxStatusBytes));
      const runs = await this.#connection.blockStatus(start, end - start, signal);
      const before = at;
      for (const extent of clip(runs, start, at, to)) {
        at = extent.offsetBytes + extent.lengthBytes;
        yield extent;
      }
      if (at === before) throw protocolError('a block status that does not get on');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close();
  }

  #aligned(offsetBytes: number, lengthBytes: number): [start: number, end: number] {
    const block = this.#remote.minBlockBytes;
    const end = Math.ceil((offsetBytes + lengthBytes) / block) * block;
    return [Math.floor(offsetBytes / block) * block, Math.min(end, this.sizeBytes)];
  }

  #assertInside(offsetBytes: number, lengthBytes: number): void {
    if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes + lengthBytes > this.sizeBytes) {
      throw new RangeError(`${lengthBytes} bytes at ${offsetBytes} lie outside a disk of ${this.sizeBytes}`);
    }
  }
}

/** The runs as extents of the disk, cut to the range still wanted. */
function* clip(
  runs: readonly BlockRun[],
  firstOffset: number,
  from: number,
  to: number,
): Iterable<DiskExtent> {
  let at = firstOffset;
  for (const run of runs) {
    const start = Math.max(at, from);
    at += run.lengthBytes;
    const end = Math.min(at, to);
    const kind = (run.state & blockState.zero) !== 0 ? 'zero' : 'data';
    if (end > start) yield { offsetBytes: start, lengthBytes: end - start, kind };
  }
}
