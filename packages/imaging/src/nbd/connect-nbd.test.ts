import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { truncate, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DiskExtent } from '../disk/disk-reader.ts';
import { connectNbd, type NbdDiskReader, serveNbd } from './index.ts';
import { memoryDisk, patchyContent } from './testing/memory-disk.ts';
import { mustRun } from './testing/run.ts';
import { makeScratch } from './testing/scratch.ts';

const mebibyte = 1024 * 1024;

async function connectPatiently(socketPath: string, server: ChildProcess): Promise<NbdDiskReader> {
  while (server.exitCode === null) {
    const disk = await connectNbd({ socketPath, exportName: 'disk' }).catch(() => undefined);
    if (disk) return disk;
    await sleep(10);
  }
  throw new Error('qemu-nbd ended');
}

async function extentsOf(disk: NbdDiskReader, from = 0, lengthBytes = disk.sizeBytes): Promise<DiskExtent[]> {
  return await Array.fromAsync(disk.extents(from, lengthBytes));
}

describe('the NBD client before qemu-nbd', () => {
  test('reads a qcow2 and its holes, then lets the server end', async () => {
    await using scratch = await makeScratch();
    const content = patchyContent(20 * mebibyte + 512, 3);
    await writeFile(scratch.path('raw'), content);
    await mustRun('qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', scratch.path('raw'), scratch.path('q'));
    const args = ['-r', '-f', 'qcow2', '-x', 'disk', '-k', scratch.path('s'), scratch.path('q')];
    const server = spawn('qemu-nbd', args, { stdio: 'ignore' });
    const ended = once(server, 'exit');
    const disk = await connectPatiently(scratch.path('s'), server);
    expect(disk).toMatchObject({ sizeBytes: content.length, hasBlockStatus: true, isReadOnly: true });
    expect(Buffer.compare(await disk.read(0, content.length), content)).toBe(0);
    expect(Buffer.compare(await disk.read(12_345, 70_001), content.subarray(12_345, 82_346))).toBe(0);
    const extents = await extentsOf(disk, 1000, content.length - 1000);
    expectExtentsOf(content, extents, 1000);
    expect(extents.some((extent) => extent.kind === 'zero')).toBe(true);
    await disk[Symbol.asyncDispose]();
    expect(await ended).toEqual([0, null]);
  });

  test('a large sparse disk is described in few extents', async () => {
    await using scratch = await makeScratch();
    await writeFile(scratch.path('raw'), Buffer.alloc(65_536, 1));
    await truncate(scratch.path('raw'), 20 * 1024 * mebibyte);
    const args = ['-r', '-f', 'raw', '-x', 'disk', '-k', scratch.path('s'), scratch.path('raw')];
    const server = spawn('qemu-nbd', args, { stdio: 'ignore' });
    await using disk = await connectPatiently(scratch.path('s'), server);
    expect(await extentsOf(disk)).toEqual([
      { offsetBytes: 0, lengthBytes: 65_536, kind: 'data' },
      { offsetBytes: 65_536, lengthBytes: 20 * 1024 * mebibyte - 65_536, kind: 'zero' },
    ]);
  });
});

describe('client and server together', () => {
  test('any concurrent reads and extents give what the disk holds', async () => {
    await using scratch = await makeScratch();
    const content = patchyContent(3 * mebibyte + 777, 9);
    await using server = await serveNbd({
      disk: memoryDisk(content),
      socketPath: scratch.path('s'),
      limits: { maxRequestBytes: 300_000, maxInFlightBytes: 500_000 },
    });
    await using disk = await connectNbd({ socketPath: scratch.path('s'), maxInFlightBytes: 400_000 });
    expect(server.connectionCount).toBe(1);
    const range = fc
      .tuple(fc.nat(content.length - 1), fc.nat(mebibyte))
      .map(([offset, length]) => [offset, Math.min(length, content.length - offset)] as const);
    const property = fc.asyncProperty(fc.array(range, { minLength: 1, maxLength: 6 }), async (ranges) => {
      await Promise.all(
        ranges.map(async ([offset, length]) => {
          const data = await disk.read(offset, length);
          expect(Buffer.compare(data, content.subarray(offset, offset + length))).toBe(0);
          expectExtentsOf(content, await extentsOf(disk, offset, length), offset);
        }),
      );
    });
    await fc.assert(property, { numRuns: 40 });
  });

  test('an aborted read rejects at once and the connection goes on', async () => {
    await using scratch = await makeScratch();
    const release = Promise.withResolvers<undefined>();
    const content = patchyContent(mebibyte, 5).fill(1, 0, 65_536);
    const disk = memoryDisk(content, (offset) => (offset === 0 ? release.promise : undefined));
    await using server = await serveNbd({ disk, socketPath: scratch.path('s') });
    await using client = await connectNbd({ socketPath: scratch.path('s') });
    const stopping = new AbortController();
    const reading = client.read(0, 4096, stopping.signal);
    stopping.abort(new Error('no longer wanted'));
    await expect(reading).rejects.toThrow('no longer wanted');
    expect(Buffer.compare(await client.read(4096, 4096), content.subarray(4096, 8192))).toBe(0);
    expect(server.connectionCount).toBe(1);
    release.resolve(undefined);
    expect(Buffer.compare(await client.read(0, 4096), content.subarray(0, 4096))).toBe(0);
  });

  test('failures have their codes', async () => {
    await using scratch = await makeScratch();
    const socketPath = scratch.path('s');
    await expect(connectNbd({ socketPath })).rejects.toMatchObject({
      code: 'NBD_UNREACHABLE',
      retryable: true,
    });
    const broken = memoryDisk(Buffer.alloc(8192, 1), () => Promise.reject(new Error('bad sector')));
    const server = await serveNbd({ disk: broken, socketPath, readPolicy: { attemptsWhenDamaged: 1 } });
    await expect(connectNbd({ socketPath, exportName: 'no' })).rejects.toMatchObject({
      code: 'NBD_EXPORT_UNKNOWN',
    });
    await using client = await connectNbd({ socketPath });
    await expect(client.read(0, 8192)).rejects.toMatchObject({ code: 'NBD_READ_FAILED' });
    await expect(client.read(8000, 8192)).rejects.toThrow(RangeError);
    await server[Symbol.asyncDispose]();
    await expect(client.read(0, 8192)).rejects.toMatchObject({ code: 'NBD_UNREACHABLE' });
  });
});

/** The extents must tile the range, and what they call zero must be zero. */
function expectExtentsOf(content: Uint8Array, extents: readonly DiskExtent[], from: number): void {
  let at = from;
  for (const extent of extents) {
    expect(extent.offsetBytes).toBe(at);
    at += extent.lengthBytes;
    if (extent.kind === 'zero') {
      expect(content.subarray(extent.offsetBytes, at).every((byte) => byte === 0)).toBe(true);
    }
  }
  if (extents.length > 0) expect(at).toBeLessThanOrEqual(content.length);
}
