import { execFile } from 'node:child_process';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sampleBytes } from '../testing/memory-disk.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';

const program = fileURLToPath(new URL('../testing/pack-and-fetch.ts', import.meta.url));
const mebibyte = 1024 * 1024;

describe('memory', () => {
  it('stays under 400 MB for a disk of 6 GiB with 200 MiB of data', { timeout: 600_000 }, async () => {
    await using folder = await temporaryFolder();
    const disk = join(folder.path, 'disk.img');
    {
      const file = await open(disk, 'w');
      await using _close = file;
      await file.truncate(6 * 1024 * mebibyte);
      for (let at = 0; at < 50; at += 1) {
        await file.write(sampleBytes(4 * mebibyte, at), 0, 4 * mebibyte, at * 120 * mebibyte + 4096 * at);
      }
    }
    for (const step of ['pack', 'fetch', 'seed']) {
      const peakBytes = Number(await run(step, disk, folder.path));
      expect(peakBytes, step).toBeGreaterThan(0);
      expect(peakBytes, step).toBeLessThan(400e6);
    }
    const [source, output] = [await stat(disk), await stat(join(folder.path, 'out.img'))];
    expect(output.size).toBe(source.size);
    expect(output.blocks * 512).toBeLessThan(220 * mebibyte);
  });
});

async function run(...argv: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...argv]);
  return stdout;
}
