import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { FrameStore } from './frame-store.ts';
import { frameNumberAt, testFrame, testPack } from './testing/test-frames.ts';

const limitBytes = 8_000_000;
const all = { offsetBytes: 0, lengthBytes: 2 ** 32 };

describe('a frame store whose process is killed', () => {
  it('holds frames as they were put or not at all, within its limit, and goes on', async () => {
    await using folder = await temporaryFolder();
    const program = join(import.meta.dirname, 'testing', 'put-until-killed.ts');
    let found = 0;
    for (const delayMs of [0, 60, 150, 400]) {
      const child = spawn(process.execPath, [program, folder.path, String(limitBytes)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      await sleep(delayMs);
      child.kill('SIGKILL');
      await once(child, 'exit');
      found = await checkStore(folder.path);
    }
    expect(found).toBeGreaterThan(0);
  });
});

/** Reads everything; tells how many frames there were. */
async function checkStore(folder: string): Promise<number> {
  await using store = await FrameStore.open({ folder, limitBytes, reserveBytes: 0 });
  let count = 0;
  for (let pack = 0; pack < 7; pack += 1) {
    for (const { offsetBytes, stored } of await store.read(testPack(pack), all)) {
      expect(Buffer.compare(stored, testFrame(frameNumberAt(offsetBytes)).stored)).toBe(0);
      count += 1;
    }
  }
  expect(store.heldBytes).toBeLessThanOrEqual(limitBytes);
  const next = testFrame(400_000);
  await store.put(testPack(9), '0011223344556677', [next]);
  expect(await store.read(testPack(9), all)).toEqual([next]);
  // A file without a record would stay for ever.
  const files = await readdir(join(folder, 'packs'));
  for (const file of files) expect(store.held(`sha256:${file}`), file).not.toEqual([]);
  return count;
}
