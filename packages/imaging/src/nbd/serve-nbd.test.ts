import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fail } from '@carrel/contract/errors';
import { isAppError } from '@carrel/kit';
import { describe, expect, test } from 'vitest';
import { type NbdTrouble, nbdUri, serveNbd } from './index.ts';
import { memoryDisk, patchyContent } from './testing/memory-disk.ts';
import { mustRun, run } from './testing/run.ts';
import { makeScratch } from './testing/scratch.ts';

const mebibyte = 1024 * 1024;

describe('the NBD server before real clients', () => {
  const content = patchyContent(8 * mebibyte + 1536);

  test('nbdinfo sees a read-only export of the right size with block status', async () => {
    await using scratch = await makeScratch();
    await using server = await serveNbd({
      disk: memoryDisk(content),
      socketPath: scratch.path('s'),
      exportName: 'windows 11/v2',
    });
    const info = JSON.parse(await mustRun('nbdinfo', '--json', server.uri)) as {
      protocol: string;
      structured: boolean;
      exports: Record<string, unknown>[];
    };
    expect(info).toMatchObject({ protocol: 'newstyle-fixed', structured: true });
    expect(info.exports[0]).toMatchObject({
      'export-name': 'windows 11/v2',
      'export-size': content.length,
      is_read_only: true,
      can_multi_conn: true,
      can_df: true,
      contexts: ['base:allocation'],
    });
    const list = await mustRun('nbdinfo', '--list', nbdUri(server.address, ''));
    expect(list).toContain('export="windows 11/v2"');
  });

  test('nbdcopy with four connections gives the same bytes', async () => {
    await using scratch = await makeScratch();
    await using server = await serveNbd({ disk: memoryDisk(content), socketPath: scratch.path('s') });
    await mustRun('nbdcopy', '--connections=4', server.uri, scratch.path('copy'));
    await writeFile(scratch.path('source'), content);
    await mustRun('cmp', scratch.path('source'), scratch.path('copy'));
  });

  test('qemu-img compare and map agree with the disk', async () => {
    await using scratch = await makeScratch();
    const sparse = new Uint8Array(6 * mebibyte);
    sparse.fill(7, mebibyte, 2 * mebibyte);
    await using server = await serveNbd({ disk: memoryDisk(sparse), socketPath: scratch.path('s') });
    await writeFile(scratch.path('source'), sparse);
    await mustRun('qemu-img', 'compare', '-f', 'raw', '-F', 'raw', server.uri, scratch.path('source'));
    const map = JSON.parse(await mustRun('qemu-img', 'map', '--output=json', '-f', 'raw', server.uri)) as {
      start: number;
      length: number;
      zero: boolean;
    }[];
    expect(map.map(({ start, length, zero }) => ({ start, length, zero }))).toEqual([
      { start: 0, length: mebibyte, zero: true },
      { start: mebibyte, length: mebibyte, zero: false },
      { start: 2 * mebibyte, length: 4 * mebibyte, zero: true },
    ]);
  });

  test('qemu-io reads patterns and is refused writes', async () => {
    await using scratch = await makeScratch();
    const disk = new Uint8Array(mebibyte).fill(0x5a, 4096, 8192);
    await using server = await serveNbd({ disk: memoryDisk(disk), socketPath: scratch.path('s') });
    const read = ['-r', '-f', 'raw', '-c', 'read -P 0x5a 4k 4k', '-c', 'read -P 0 8k 100k', server.uri];
    expect(await mustRun('qemu-io', ...read)).not.toContain('failed');
    const write = await run('qemu-io', ['-f', 'raw', '-c', 'write 0 4k', server.uri]);
    expect(write.status).not.toBe(0);
  });

  test('TCP works like a unix socket', async () => {
    const disk = memoryDisk(content);
    await using server = await serveNbd({ disk, host: '127.0.0.1', port: 0, exportName: 'tcp' });
    expect(server.address).toMatchObject({ host: '127.0.0.1' });
    expect((await mustRun('nbdinfo', '--size', server.uri)).trim()).toBe(String(content.length));
    expect((await run('nbdinfo', [nbdUri(server.address, 'other')])).status).not.toBe(0);
  });
});

describe('the socket', () => {
  test('is private, replaces a stale one, and is gone after closing', async () => {
    await using scratch = await makeScratch();
    const socketPath = scratch.path('s');
    await leaveStaleSocket(socketPath);
    const server = await serveNbd({ disk: memoryDisk(new Uint8Array(512)), socketPath });
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    await server[Symbol.asyncDispose]();
    await expect(stat(socketPath)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a living server and a plain file are left alone', async () => {
    await using scratch = await makeScratch();
    await using other = createServer().listen(scratch.path('taken'));
    await once(other, 'listening');
    await writeFile(scratch.path('file'), 'precious');
    await chmod(scratch.path('file'), 0o600);
    for (const name of ['taken', 'file']) {
      const serving = serveNbd({ disk: memoryDisk(new Uint8Array(512)), socketPath: scratch.path(name) });
      await expect(serving).rejects.toMatchObject({ code: 'NBD_ADDRESS_IN_USE' });
    }
    const tooLong = scratch.path('x'.repeat(120));
    const serving = serveNbd({ disk: memoryDisk(new Uint8Array(512)), socketPath: tooLong });
    await expect(serving).rejects.toMatchObject({ code: 'NBD_LISTEN_FAILED' });
  });
});

describe('data that cannot be had', () => {
  const unreachable = (): Error =>
    fail('REPOSITORY_UNREACHABLE', { repository: 'http://repo.example', reason: 'connection refused' });

  test('now is waited for: the client sees a slow disk, not a broken one', async () => {
    await using scratch = await makeScratch();
    let failuresLeft = 5;
    const troubles: NbdTrouble['kind'][] = [];
    let resumed = 0;
    const content = patchyContent(mebibyte);
    const disk = memoryDisk(content, () => {
      failuresLeft -= 1;
      return failuresLeft >= 0 ? Promise.reject(unreachable()) : undefined;
    });
    await using server = await serveNbd({
      disk,
      socketPath: scratch.path('s'),
      readPolicy: { baseDelayMs: 1, maxDelayMs: 5 },
      onError: (error, trouble) => {
        expect(isAppError(error, 'REPOSITORY_UNREACHABLE')).toBe(true);
        troubles.push(trouble.kind);
      },
      onResumed: () => (resumed += 1),
    });
    await mustRun('nbdcopy', server.uri, scratch.path('copy'));
    await writeFile(scratch.path('source'), content);
    await mustRun('cmp', scratch.path('source'), scratch.path('copy'));
    expect(new Set(troubles)).toEqual(new Set(['held']));
    expect(resumed).toBe(troubles.length);
    expect(server.heldCount).toBe(0);
  });

  test('ever is answered with EIO after the tries of the policy, and the connection lives on', async () => {
    await using scratch = await makeScratch();
    let tries = 0;
    const disk = memoryDisk(new Uint8Array(mebibyte).fill(1), (offsetBytes) => {
      if (offsetBytes < 65_536) return undefined;
      tries += 1;
      return Promise.reject(
        fail('IMAGE_DATA_DAMAGED', { what: 'a frame', source: 'here', reason: 'bad tag' }),
      );
    });
    const troubles: NbdTrouble[] = [];
    await using server = await serveNbd({
      disk,
      socketPath: scratch.path('s'),
      readPolicy: { attemptsWhenDamaged: 4, baseDelayMs: 1, maxDelayMs: 2 },
      onError: (_, trouble) => troubles.push(trouble),
    });
    const { stdout } = await run('qemu-io', [
      ...['-r', '-f', 'raw', '-c', 'read 64k 4k', '-c', 'read -P 1 0 4k', server.uri],
    ]);
    expect(stdout).toContain('Input/output error');
    expect(stdout).toContain('read 4096/4096 bytes at offset 0');
    expect(tries).toBe(4);
    expect(troubles).toEqual([{ kind: 'read-failed', offsetBytes: 65_536, lengthBytes: 4096 }]);
  });

  test('held requests end when the server closes, and when the policy says so at once', async () => {
    await using scratch = await makeScratch();
    const disk = memoryDisk(new Uint8Array(mebibyte).fill(1), () => Promise.reject(unreachable()));
    const held = Promise.withResolvers<undefined>();
    const server = await serveNbd({
      disk,
      socketPath: scratch.path('s'),
      onError: () => held.resolve(undefined),
    });
    const reading = run('qemu-io', ['-r', '-f', 'raw', '-c', 'read 0 4k', server.uri]);
    await held.promise;
    expect(server.heldCount).toBe(1);
    await server[Symbol.asyncDispose]();
    expect((await reading).stdout).toContain('read failed');

    await using hasty = await serveNbd({
      disk,
      socketPath: scratch.path('h'),
      readPolicy: { whenUnavailable: 'fail' },
    });
    const { stdout } = await run('qemu-io', ['-r', '-f', 'raw', '-c', 'read 0 4k', hasty.uri]);
    expect(stdout).toContain('Input/output error');
  });

  test('an aborted signal closes the server', async () => {
    await using scratch = await makeScratch();
    const stopping = new AbortController();
    const socketPath = scratch.path('s');
    await using server = await serveNbd({
      disk: memoryDisk(new Uint8Array(512)),
      socketPath,
      signal: stopping.signal,
    });
    stopping.abort();
    await server[Symbol.asyncDispose]();
    await expect(stat(socketPath)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

/** A program that listened and was killed leaves its socket behind. */
async function leaveStaleSocket(socketPath: string): Promise<void> {
  const script = `require('net').createServer().listen(${JSON.stringify(socketPath)}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect((await stat(socketPath)).isSocket()).toBe(true);
}
