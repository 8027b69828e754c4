import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, open, rm } from 'node:fs/promises';
import type { RunAs } from '../host/index.ts';
import { giveToGuest } from '../host/machine-folder.ts';
import { bootSector } from './boot-sector.ts';

const mib = 1024 ** 2;

export interface TestImage {
  readonly path: string;
  readonly virtualSizeBytes: number;
}

/** A bootable disk, sparse, with blocks of pseudo-random data in it: a pattern that no compression or zero hides. */
export async function createTestImage(path: string, virtualSizeBytes = 64 * mib): Promise<TestImage> {
  const file = await open(path, 'w');
  try {
    await file.truncate(virtualSizeBytes);
    for (let offset = mib; offset < virtualSizeBytes; offset += 4 * mib) {
      await file.write(patternOf(offset, mib), 0, mib, offset);
    }
    await file.write(bootSector(), 0, 512, 0);
  } finally {
    await file.close();
  }
  return { path, virtualSizeBytes };
}

function patternOf(seed: number, sizeBytes: number): Buffer {
  return createHash('shake256', { outputLength: sizeBytes }).update(String(seed)).digest();
}

/** The image as an NBD export, by QEMU's own server. */
export interface TestExport extends AsyncDisposable {
  readonly socketPath: string;
  /** Ends the server as a crash would. */
  kill(): Promise<void>;
}

export async function serveTestImage(
  image: TestImage,
  socketPath: string,
  runAs?: RunAs,
): Promise<TestExport> {
  await rm(socketPath, { force: true });
  const args = ['--read-only', '-f', 'raw', '--persistent', '--shared=8', '-k', socketPath, image.path];
  const child = spawn('qemu-nbd', args, { stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await waitForFile(socketPath, child);
  await giveToGuest(socketPath, runAs);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  return { socketPath, kill, [Symbol.asyncDispose]: kill };
}

async function waitForFile(path: string, child: ChildProcess): Promise<void> {
  for (;;) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    if (child.exitCode !== null) throw new Error(`qemu-nbd ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
