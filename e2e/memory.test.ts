import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peakMemoryBytes } from './support/peak-memory.ts';

const main = join(import.meta.dirname, '../apps/cli/src/main.ts');
const limitBytes = 400 * 1024 * 1024;
const virtualBytes = 20 * 1024 ** 3;

let folder: string;
let disk: string;
let reference: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-memory-'));
  disk = join(folder, 'disk.raw');
  reference = `oci:${join(folder, 'layout')}:big:1`;
  const file = await open(disk, 'wx');
  await file.truncate(virtualBytes);
  // 256 MiB of data that neither repeats nor shrinks, strewn over the whole disk.
  for (let part = 0; part < 64; part += 1) {
    await file.write(randomBytes(4 * 1024 * 1024), 0, undefined, Math.floor((part * virtualBytes) / 64));
  }
  await file.close();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command to its end; gives its exit code and highest resident memory. */
async function measure(args: readonly string[]): Promise<{ code: number | null; peakBytes: number }> {
  const child = start(args);
  const closed = once(child, 'close');
  const peakBytes = await peakMemoryBytes(child.pid ?? 0);
  const [code] = (await closed) as [number | null];
  return { code, peakBytes };
}

function start(args: readonly string[]) {
  const env = { ...process.env, XDG_CONFIG_HOME: join(folder, 'config') };
  return spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('memory on a 20 GiB sparse image', () => {
  it('stays bounded in pack', async () => {
    const { code, peakBytes } = await measure([
      'image',
      'pack',
      disk,
      '--to',
      reference,
      '--exact',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(peakBytes).toBeGreaterThan(0);
    expect(peakBytes).toBeLessThan(limitBytes);
  });

  it('stays bounded in fetch', async () => {
    const copy = join(folder, 'copy.raw');
    const { code, peakBytes } = await measure(['image', 'fetch', reference, '-o', copy, '--json']);
    expect(code).toBe(0);
    expect(peakBytes).toBeLessThan(limitBytes);
  });

  it('stays bounded in serve while everything is read', async () => {
    const socket = join(folder, 'nbd.sock');
    const server = start(['image', 'serve', reference, '--nbd', socket, '--json']);
    const closed = once(server, 'close');
    await once(server.stdout, 'data');
    const peak = peakMemoryBytes(server.pid ?? 0);
    const reader = spawn('nbdcopy', [`nbd+unix:///?socket=${socket}`, 'null:'], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    expect(await once(reader, 'close')).toEqual([0, null]);
    server.kill('SIGTERM');
    await closed;
    expect(await peak).toBeLessThan(limitBytes);
  });
});
