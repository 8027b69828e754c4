import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBlockIdentifier } from '../../format/block-id.ts';
import { deriveImageKeys } from '../../format/key-schedule.ts';
import { sampleBytes } from '../../testing/memory-disk.ts';
import { testKey } from '../../testing/packed-image.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { FileHasher } from './file-ids.ts';
import { createPace, createStopSwitch, stop } from './pace.ts';

const identify = createBlockIdentifier(deriveImageKeys(testKey.bytes));

function hasher(stopSwitch = createStopSwitch()): FileHasher {
  return new FileHasher(identify, createPace(stopSwitch, undefined), () => undefined);
}

describe('hashing a file', () => {
  it('gives the same ids whatever its size is to the pieces it is read in', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'file');
    const content = sampleBytes(2_500_000, 5);
    await writeFile(path, content);
    const whole = hasher().hash(Buffer.from(path));
    await truncate(path, 4096);
    const block = hasher().hash(Buffer.from(path));
    if (typeof whole === 'string' || typeof block === 'string') throw new Error('not hashed');
    expect(whole.ids.length).toBe(Math.ceil(content.length / 4096) * 8);
    expect(whole.stamp.size).toBe(BigInt(content.length));
    expect(whole.ids.subarray(0, 8)).toEqual(block.ids);
    expect(block.ids).toEqual(Uint8Array.from(identify(content.subarray(0, 4096)).subarray(0, 8)));
    const tail = new Uint8Array(4096);
    tail.set(content.subarray(Math.floor(content.length / 4096) * 4096));
    expect(whole.ids.subarray(-8)).toEqual(Uint8Array.from(identify(tail).subarray(0, 8)));
  });

  it('neither follows nor waits for what took the place of the file', async () => {
    await using folder = await temporaryFolder();
    const at = (name: string): string => join(folder.path, name);
    await writeFile(at('file'), 'content');
    await symlink(at('file'), at('link'));
    await mkdir(at('folder'));
    execFileSync('mkfifo', [at('fifo')]);
    for (const name of ['link', 'folder', 'fifo', 'nothing', 'file/below']) {
      expect(hasher().hash(Buffer.from(at(name)))).toBe('unreadable');
    }
    expect(hasher().hash(Buffer.from('/dev/zero'))).toBe('unreadable');
  });

  it('passes over a file that is closed to the process', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'file');
    await writeFile(path, 'content');
    await chmod(folder.path, 0o755);
    await chmod(path, 0o000);
    // Root may read everything, so it is someone else meanwhile.
    const wasRoot = process.geteuid?.() === 0;
    if (wasRoot) process.seteuid?.(65_534);
    try {
      expect(hasher().hash(Buffer.from(path))).toBe('unreadable');
    } finally {
      if (wasRoot) process.seteuid?.(0);
    }
  });

  it('ends in the middle when told to', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'file');
    await writeFile(path, sampleBytes(3_000_000, 5));
    const stopSwitch = createStopSwitch();
    let hashedBytes = 0;
    const stopping = new FileHasher(identify, createPace(stopSwitch, undefined), (bytes) => {
      hashedBytes += bytes;
      stop(stopSwitch);
    });
    expect(stopping.hash(Buffer.from(path))).toBe('stopped');
    expect(hashedBytes).toBe(1024 * 1024);
  });
});

describe('a pace', () => {
  it('waits no longer once it is stopped', () => {
    const stopSwitch = createStopSwitch();
    const pace = createPace(stopSwitch, 1);
    stop(stopSwitch);
    expect(pace.isStopped).toBe(true);
    // Would wait for years.
    pace.take(1e10);
  });
});
